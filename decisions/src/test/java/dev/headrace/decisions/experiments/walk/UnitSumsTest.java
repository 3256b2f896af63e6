package dev.headrace.decisions.experiments.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.data.metrics.UnitMeasure.Limits;
import dev.headrace.decisions.experiments.scan.Extremes;
import dev.headrace.decisions.experiments.scan.Sums;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitSumsTest {
  private static final Map<String, List<Integer>> PAIRS = new LinkedHashMap<>();
  private static final Map<String, List<Integer>> RATIO = Map.of("n0_1", List.of(0, 1));

  static {
    PAIRS.put("p0_0", List.of(0, 0));
    PAIRS.put("p1_0", List.of(1, 0));
    PAIRS.put("p1_1", List.of(1, 1));
  }

  private static WalkedValue cents(String least, String most) {
    Limits limits =
        new Limits(
            Optional.of(new BigDecimal(least)),
            Optional.of(new BigDecimal(most)),
            Optional.empty());
    return WalkedValue.of(Optional.of(limits), 2, 3).orElseThrow();
  }

  /** Numbers as large as they may be, of both signs, against arithmetic without limits. */
  @Test
  void sums_ofManyUnits_areThoseOfDecimals() {
    List<WalkedValue> values =
        List.of(
            WalkedValue.of(Optional.empty(), 0, 0).orElseThrow(),
            cents("-999999999999.5", "5000000.125"));
    UnitSums.Shape shape =
        new UnitSums.Shape(values, PAIRS, RATIO, List.of(1), 1, Map.of(), true, Optional.empty());
    Random random = new Random(5);
    Map<String, BigDecimal> expected = new LinkedHashMap<>();
    Map<String, BigDecimal> ofLevel = new LinkedHashMap<>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    UnitSums sums = new UnitSums(shape);
    int units = 30_000;
    try (UnitTable table = new UnitTable(2, List.of(1, 1), 0)) {
      for (int i = 0; i < units; i++) {
        int row =
            table.append(
                i, i % 2 == 0 ? "new" : i % 5 == 0 ? null : "old", 86_400_000_000L * (i % 3));
        table.setLevel(row, 0, "L" + i % 7);
        table.setLevel(row, 1, "1970-01-0" + (1 + i % 3));
        long first = i % 11 < 4 ? 0 : random.nextLong() >> 8;
        long second = i % 11 < 2 ? 0 : random.nextLong() >> (8 + random.nextInt(40));
        table.add(row, 0, first);
        table.add(row, 1, second);
        if (i % 2 == 0) {
          BigDecimal a = BigDecimal.valueOf(first);
          BigDecimal b =
              BigDecimal.valueOf(second, 2)
                  .max(new BigDecimal("-999999999999.5"))
                  .min(new BigDecimal("5000000.125"));
          least = Math.min(least, b.doubleValue());
          most = Math.max(most, b.doubleValue());
          for (Map<String, BigDecimal> all :
              i % 7 == 3 ? List.of(expected, ofLevel) : List.of(expected)) {
            all.merge("s0", a, BigDecimal::add);
            all.merge("s1", b, BigDecimal::add);
            all.merge("p0_0", a.multiply(a), BigDecimal::add);
            all.merge("p1_0", a.multiply(b), BigDecimal::add);
            all.merge("p1_1", b.multiply(b), BigDecimal::add);
            boolean hasValue = a.signum() != 0 || b.signum() != 0;
            all.merge("n0_1", hasValue ? BigDecimal.ONE : BigDecimal.ZERO, BigDecimal::add);
          }
        }
      }
      sums.add(table, UnitSums.RowSet.all(table));
    }
    Sums told = sums.sums();
    Sums.Arm arm = told.arms().get("new");
    assertThat(arm.units()).isEqualTo(units / 2);
    assertSame(arm.values(), expected);
    assertThat(arm.extremes()).isEqualTo(Map.of(1, new Extremes(least, most)));
    assertSame(told.slices().get(0).get("L3").get("new").values(), ofLevel);
    assertThat(told.slices().get(1).keySet())
        .containsExactly("1970-01-01", "1970-01-02", "1970-01-03");
    assertThat(told.inSeveral()).isEqualTo(units / 10);
    assertThat(told.newestExposure()).hasToString("Optional[1970-01-03]");
  }

  /** A table names the levels of all its units; those of a few must not cost as much as all. */
  @Test
  void sums_ofFewUnits_haveTheirLevelsAlone() {
    UnitSums.Shape shape =
        new UnitSums.Shape(
            List.of(WalkedValue.of(Optional.empty(), 0, 0).orElseThrow()),
            Map.of(),
            Map.of(),
            List.of(),
            1,
            Map.of(),
            false,
            Optional.empty());
    UnitSums sums = new UnitSums(shape);
    try (UnitTable table = new UnitTable(1, List.of(1), 0)) {
      for (int i = 0; i < 2_000; i++) {
        table.setLevel(table.append(i, "v" + i % 2, 0), 0, "L" + i);
      }
      sums.add(
          table,
          new UnitSums.RowSet() {
            @Override
            public int end() {
              return table.rows();
            }

            @Override
            public boolean contains(int row) {
              return row == 700 || row == 1_301;
            }
          });
    }
    assertThat(sums.sums().slices().get(0).keySet()).containsExactly("L1301", "L700");
    assertThat(sums.sums().arms().keySet()).containsExactly("v0", "v1");
  }

  private static void assertSame(Map<String, BigDecimal> told, Map<String, BigDecimal> expected) {
    assertThat(told.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, sum) -> assertThat(told.get(name)).as(name).isEqualByComparingTo(sum));
  }

  @Test
  void sums_beyond128Bits_areRefused() {
    UnitSums.Shape shape =
        new UnitSums.Shape(
            List.of(WalkedValue.of(Optional.empty(), 0, 0).orElseThrow()),
            Map.of("p0_0", List.of(0, 0)),
            Map.of(),
            List.of(),
            0,
            Map.of(),
            false,
            Optional.empty());
    GroupSums group = new GroupSums(shape);
    group.add(new long[] {Long.MIN_VALUE});
    assertThatThrownBy(() -> group.add(new long[] {Long.MIN_VALUE}))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void limits_withMoreDigitsThanValues_areLeftToStatements() {
    Limits fine =
        new Limits(Optional.of(new BigDecimal("0.125")), Optional.empty(), Optional.empty());
    Limits ofAll = new Limits(Optional.empty(), Optional.empty(), Optional.of(0.95));
    assertThat(WalkedValue.of(Optional.of(fine), 0, 2)).isEmpty();
    assertThat(WalkedValue.of(Optional.of(fine), 0, 3)).isPresent();
    assertThat(WalkedValue.of(Optional.of(ofAll), 0, 0)).isEmpty();
  }
}
