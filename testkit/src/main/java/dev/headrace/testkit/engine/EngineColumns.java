package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Numbers;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Results that are read column by column. */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineColumns extends EngineBench {
  /** A value of every type that is a number or a text, beside a null of it. */
  private String everyColumn() {
    return """
        select * from (
          select 1 as i, true as yes, cast(-7 as int) as whole, cast(9007199254740993 as bigint) as big,
            cast(0.1 as float) as short, cast(0.1 as double) as long,
            cast('12345678901234567.89' as decimal(20, 2)) as wide,
            cast('1234.56' as decimal(8, 2)) as narrow, cast('1969-12-31' as date) as day,
            timestamp '1969-12-31 23:59:59.25' as moment, %s as zoned, 'Iğdır' as text, %s as id
          union all
          select 2, null, null, null, null, null, null, null, null, null, null, null, null
        ) t order by i"""
        .formatted(
            instantSql("2001-09-09 01:46:40.5+00:00"),
            uuidSql("01234567-89ab-cdef-0123-456789abcdef"));
  }

  @Test
  default void columns_everyType_areThoseOfTheRows() {
    List<List<Object>> rows = rows(everyColumn(), Map.of());
    try (Columns columns = engine().columns(query(everyColumn()), Watch.none())) {
      Schema schema = columns.schema();
      assertThat(schema).isEqualTo(engine().describe(query(everyColumn())));
      assertThat(columns.next()).isEqualTo(2);
      for (int j = 0; j < schema.fields().size(); j++) {
        Field field = schema.fields().get(j);
        List<Object> expected = List.of(rows.get(0).get(j));
        if (field.type() == Primitive.STRING || field.type() == Primitive.UUID) {
          String[] texts = {"before", "", ""};
          columns.texts(j, texts, 1);
          assertThat(texts).containsExactly("before", expected.getFirst().toString(), null);
        } else {
          double[] numbers = {-1, 0, 0};
          columns.numbers(j, numbers, 1);
          double second = field.name().equals("i") ? 2 : Double.NaN;
          assertThat(numbers)
              .as(field.name())
              .containsExactly(-1, Numbers.of(expected.getFirst()), second);
        }
      }
      assertThat(columns.next()).isZero();
      assertThat(columns.next()).isZero();
    }
  }

  @Test
  default void columns_numbers_areSecondsAndNearestDoubles() {
    double[] numbers = new double[1];
    try (Columns columns =
        engine()
            .columns(query("select * from (" + everyColumn() + ") x where i = 1"), Watch.none())) {
      assertThat(columns.next()).isEqualTo(1);
      Map<String, Double> expected =
          Map.of(
              "yes",
              1.0,
              "big",
              9007199254740992.0,
              "short",
              (double) 0.1f,
              "wide",
              1.234567890123456789e16,
              "narrow",
              1234.56,
              "day",
              -86_400.0,
              "moment",
              -0.75,
              "zoned",
              1_000_000_000.5);
      expected.forEach(
          (name, number) -> {
            columns.numbers(columns.schema().names().indexOf(name), numbers, 0);
            assertThat(numbers[0]).as(name).isEqualTo(number);
          });
    }
  }

  @Test
  default void columns_longs_keepEveryDigitAndRefuseNulls() {
    long[] longs = {-1, 0};
    String one = "select whole, big from (" + everyColumn() + ") x where i = %d";
    try (Columns columns = engine().columns(query(one.formatted(1)), Watch.none())) {
      assertThat(columns.next()).isEqualTo(1);
      columns.longs(0, longs, 1);
      assertThat(longs).containsExactly(-1, -7);
      columns.longs(1, longs, 0);
      assertThat(longs).containsExactly(9_007_199_254_740_993L, -7);
    }
    try (Columns columns = engine().columns(query(one.formatted(2)), Watch.none())) {
      assertThat(columns.next()).isEqualTo(1);
      assertThatThrownBy(() -> columns.longs(0, longs, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  default void columns_manyRows_areAllThereInOrder() {
    double[] numbers = new double[1 << 16];
    long expected = 0;
    String backwards = "select 1000000 - range as n from range(1000000) as r(range) order by n";
    try (Columns columns = engine().columns(query(backwards), Watch.none())) {
      for (int n = columns.next(); n > 0; n = columns.next()) {
        columns.numbers(0, numbers, 0);
        for (int i = 0; i < n; i++) {
          assertThat(numbers[i]).isEqualTo((double) ++expected);
        }
      }
    }
    assertThat(expected).isEqualTo(1_000_000);
  }

  /** Some thousand rows, and a number of them that no word of bits divides. */
  @Test
  default void columns_nullsAmongManyRows_areWhereTheRowsHaveThem() {
    String sql =
        """
        select n, case when n % 7 = 0 then null else n end as big,
          case when n % 64 = 63 then null else cast(n as int) end as whole,
          case when n between 100 and 300 then null else cast(n as double) / 3 end as fraction,
          case when n % 5 = 1 then null else cast(n as float) / 3 end as short,
          case when n < 4000 then null else cast(n as decimal(9, 2)) end as money
        from (select range as n from range(5003) as r(range)) x order by n""";
    List<List<Object>> rows = rows(sql, Map.of());
    int seen = 0;
    double[] numbers = new double[1 << 16];
    try (Columns columns = engine().columns(query(sql), Watch.none())) {
      int width = columns.schema().fields().size();
      for (int n = columns.next(); n > 0; n = columns.next()) {
        for (int column = 0; column < width; column++) {
          long[] marks = new long[1 + n];
          Arrays.fill(marks, 1);
          columns.numbers(column, numbers, 1);
          columns.markNulls(column, 2, marks, 1);
          for (int i = 0; i < n; i++) {
            Object expected = rows.get(seen + i).get(column);
            assertThat(marks[1 + i]).isEqualTo(expected == null ? 3 : 1);
            assertThat(numbers[1 + i])
                .as("row %d, column %d", seen + i, column)
                .isEqualTo(expected == null ? (Double) Double.NaN : (Double) Numbers.of(expected));
          }
        }
        seen += n;
      }
    }
    assertThat(seen).isEqualTo(5_003);
  }

  @Test
  default void columns_oneNullAmongManyWholeNumbers_isRefusedUnlessSomethingStandsForIt() {
    long[] longs = new long[1 << 16];
    for (String type : List.of("bigint", "int")) {
      String sql =
          "select case when n = 4999 then null else cast(n as %s) end as x from (select range as n from range(5003) as r(range)) x order by n"
              .formatted(type);
      int seen = 0;
      try (Columns columns = engine().columns(query(sql), Watch.none())) {
        for (int n = columns.next(); n > 0; n = columns.next()) {
          columns.longs(0, longs, seen, -1);
          seen += n;
        }
      }
      assertThat(Arrays.copyOf(longs, seen))
          .isEqualTo(LongStream.range(0, 5_003).map(n -> n == 4_999 ? -1 : n).toArray());
      assertThatThrownBy(
              () -> {
                try (Columns columns = engine().columns(query(sql), Watch.none())) {
                  while (columns.next() > 0) {
                    columns.longs(0, longs, 0);
                  }
                }
              })
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  default void columns_ofAQueryThatFailsHalfWay_failAsItsRowsDo() {
    String failing =
        "select cast(case when range = 999999 then 'nonsense' else '1' end as int) as n"
            + " from range(1000000) as r(range)";
    assertThatThrownBy(
            () -> {
              try (Columns columns = engine().columns(query(failing), Watch.none())) {
                while (columns.next() > 0) {}
              }
            })
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("nonsense");
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  default void columns_ofNoRow_endAtOnce() {
    try (Columns columns = engine().columns(query("select 1 as x where 1 = 2"), Watch.none())) {
      assertThat(columns.schema().names()).containsExactly("x");
      assertThat(columns.next()).isZero();
    }
  }

  @Test
  default void columns_closedEarly_leaveTheEngineUsable() {
    try (Columns columns =
        engine().columns(query("select range from range(10000000) as r(range)"), Watch.none())) {
      assertThat(columns.next()).isPositive();
    }
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  default void columns_cancelled_endWithinTwoSeconds() throws Exception {
    assertCancels(
        watch -> {
          try (Columns columns = engine().columns(query(slowSql()), watch)) {
            while (columns.next() > 0) {}
          }
          return null;
        });
  }
}
