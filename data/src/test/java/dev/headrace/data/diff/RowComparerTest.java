package dev.headrace.data.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowComparerTest {
  @TempDir Path directory;
  private DuckDbEngine engine;
  private RowComparer comparer;

  @BeforeEach
  void open() {
    engine =
        DuckDbEngine.open(EngineConfig.defaults(directory.resolve("spill"), List.of(directory)));
    comparer = new RowComparer(engine);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void compare_keyedRandomTables_countsWhatAnOracleCounts() {
    Random random = new Random(20261121);
    for (int round = 0; round < 25; round++) {
      Map<Integer, Row> before = keyed(random);
      Map<Integer, Row> after = keyed(random);
      RowDiff diff = compare(List.copyOf(before.values()), List.copyOf(after.values()), "k");

      long gone = before.keySet().stream().filter(k -> !after.containsKey(k)).count();
      long fresh = after.keySet().stream().filter(k -> !before.containsKey(k)).count();
      List<Integer> common = before.keySet().stream().filter(after::containsKey).toList();
      long changed = common.stream().filter(k -> !before.get(k).equals(after.get(k))).count();
      Map<String, Long> byColumn = new HashMap<>();
      count(
          byColumn,
          "v",
          common.stream().filter(k -> !Objects.equals(before.get(k).v, after.get(k).v)).count());
      count(
          byColumn,
          "d",
          common.stream().filter(k -> !Objects.equals(before.get(k).d, after.get(k).d)).count());
      assertThat(diff.key()).containsExactly("k");
      assertThat(diff.onlyBefore()).isEqualTo(gone);
      assertThat(diff.onlyAfter()).isEqualTo(fresh);
      assertThat(diff.changed()).isEqualTo(changed);
      assertThat(diff.same()).isEqualTo(common.size() - changed);
      assertThat(diff.changedByColumn()).isEqualTo(byColumn);
      assertThat(diff.samples()).hasSize((int) Math.min(3, gone + fresh + changed));
    }
  }

  private static void count(Map<String, Long> counts, String column, long count) {
    if (count > 0) {
      counts.put(column, count);
    }
  }

  @Test
  void compare_tablesWithoutKey_pairsEqualRowsAsOftenAsTheyOccur() {
    Random random = new Random(7);
    for (int round = 0; round < 25; round++) {
      List<Row> before = repeated(random);
      List<Row> after = repeated(random);
      RowDiff diff = compare(before, after);
      Map<Row, Long> left = occurrences(before);
      Map<Row, Long> right = occurrences(after);
      long same =
          left.entrySet().stream()
              .mapToLong(e -> Math.min(e.getValue(), right.getOrDefault(e.getKey(), 0L)))
              .sum();
      assertThat(diff.key()).isEmpty();
      assertThat(diff.same()).isEqualTo(same);
      assertThat(diff.onlyBefore()).isEqualTo(before.size() - same);
      assertThat(diff.onlyAfter()).isEqualTo(after.size() - same);
      assertThat(diff.changed()).isZero();
    }
  }

  @Test
  void compare_keyThatRepeats_isNotTrusted() {
    RowDiff diff =
        compare(
            List.of(new Row(1, "a", 1.0), new Row(1, "b", 2.0)),
            List.of(new Row(1, "b", 2.0)),
            "k");
    assertThat(diff.key()).isEmpty();
    assertThat(diff.same()).isEqualTo(1);
    assertThat(diff.onlyBefore()).isEqualTo(1);
  }

  @Test
  void compare_withinTolerance_isTheSame_beyondIsAChange_withAndWithoutKey() {
    List<Row> before =
        List.of(new Row(1, "a", 1_000_000.0), new Row(2, "a", Double.NaN), new Row(3, "a", null));
    List<Row> near =
        List.of(
            new Row(1, "a", 1_000_000.0005), new Row(2, "a", Double.NaN), new Row(3, "a", null));
    List<Row> far =
        List.of(new Row(1, "a", 1_000_000.01), new Row(2, "a", 0.0), new Row(3, "a", 0.0));
    List<Row> infinite =
        List.of(
            new Row(1, "a", Double.POSITIVE_INFINITY),
            new Row(2, "a", Double.NaN),
            new Row(3, "a", null));
    for (List<String> key : List.of(List.of("k"), List.<String>of())) {
      RowComparer.Terms terms = new RowComparer.Terms(key, Set.of(), 1e-9, 5);
      assertThat(compare(before, near, terms).isEmpty()).as("near by " + key).isTrue();
      assertThat(compare(before, far, terms).changed()).as("far by " + key).isEqualTo(3);
      assertThat(compare(before, infinite, terms).changed()).isEqualTo(1);
      assertThat(compare(infinite, infinite, terms).isEmpty()).isTrue();
    }
    assertThat(compare(before, near, "k").changed()).as("exactly").isEqualTo(1);
  }

  @Test
  void compare_samples_showTheKeyAndWhatDiffers() {
    RowDiff diff =
        compare(
            List.of(new Row(1, "a", 1.0), new Row(2, "b", 2.0), new Row(3, "c", 3.0)),
            List.of(new Row(2, "x", 2.0), new Row(3, "c", 3.0), new Row(4, null, 4.0)),
            "k");
    assertThat(diff.samples())
        .containsExactly(
            new RowDiff.Sample(row(1, "a", 1.0), null),
            new RowDiff.Sample(map("k", 2, "v", "b"), map("k", 2, "v", "x")),
            new RowDiff.Sample(null, row(4, null, 4.0)));
  }

  @Test
  void compare_columnsIgnoredOrOnOneSideOnly_areLeftOut_otherTypesAreComparedAsText() {
    RowComparer.Side before = side("select 1 as k, 5 as n, 'x' as gone, now() as _loaded_at");
    RowComparer.Side after =
        side("select 1 as K, '5' as n, 'y' as fresh, now() + interval 1 day as _loaded_at");
    RowDiff diff =
        comparer.compare(
            before,
            after,
            new RowComparer.Terms(List.of("k"), Set.of("_LOADED_AT"), 0, 5),
            Watch.none());
    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.same()).isEqualTo(1);
  }

  @Test
  void compare_nestedAndOddlyNamedColumns_work() {
    RowComparer.Side before = side("select 1 as \"a \"\"b\", {'x': [1, 2]} as s, [1.5] as l");
    RowComparer.Side after = side("select 1 as \"a \"\"b\", {'x': [1, 3]} as s, [1.5] as l");
    RowDiff diff =
        comparer.compare(
            before, after, new RowComparer.Terms(List.of("a \"b"), Set.of(), 0, 5), Watch.none());
    assertThat(diff.changedByColumn()).isEqualTo(Map.of("s", 1L));
  }

  private record Row(int k, @Nullable String v, @Nullable Double d) {}

  private static Map<Integer, Row> keyed(Random random) {
    Map<Integer, Row> rows = new TreeMap<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      int key = random.nextInt(25);
      rows.put(key, row(random, key));
    }
    return rows;
  }

  private static List<Row> repeated(Random random) {
    List<Row> rows = new ArrayList<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      rows.add(row(random, random.nextInt(2)));
    }
    return rows;
  }

  private static Row row(Random random, int key) {
    return new Row(
        key,
        random.nextInt(4) == 0 ? null : "v" + random.nextInt(2),
        switch (random.nextInt(4)) {
          case 0 -> null;
          case 1 -> Double.NaN;
          default -> (double) random.nextInt(2);
        });
  }

  private static Map<Row, Long> occurrences(List<Row> rows) {
    return rows.stream().collect(Collectors.groupingBy(row -> row, Collectors.counting()));
  }

  private RowDiff compare(List<Row> before, List<Row> after, String... key) {
    return compare(before, after, new RowComparer.Terms(List.of(key), Set.of(), 0, 3));
  }

  private RowDiff compare(List<Row> before, List<Row> after, RowComparer.Terms terms) {
    return comparer.compare(side(sql(before)), side(sql(after)), terms, Watch.none());
  }

  private RowComparer.Side side(String sql) {
    Query query = Query.of(sql, Map.of());
    return new RowComparer.Side(new Relation.View(query), engine.describe(query));
  }

  private static String sql(List<Row> rows) {
    String values =
        rows.stream()
            .map(
                row ->
                    "(%d, %s, %s)"
                        .formatted(
                            row.k,
                            row.v == null ? "null" : "'" + row.v + "'",
                            row.d == null ? "null" : "'" + row.d + "'"))
            .collect(Collectors.joining(", "));
    return "select k::int as k, v::varchar as v, d::double as d from (values "
        + (values.isEmpty() ? "" : values + ", ")
        + "(-1, null, null)) t(k, v, d) where k >= 0";
  }

  private static Map<String, @Nullable Object> row(int k, @Nullable String v, @Nullable Double d) {
    return map("k", k, "v", v, "d", d);
  }

  private static Map<String, @Nullable Object> map(@Nullable Object... entries) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) Objects.requireNonNull(entries[i]), entries[i + 1]);
    }
    return map;
  }
}
