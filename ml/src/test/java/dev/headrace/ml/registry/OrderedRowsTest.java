package dev.headrace.ml.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.spi.engine.Numbers;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of decision 40, held to the sort over all columns that it stands for. */
class OrderedRowsTest {
  @TempDir Path directory;
  private SqlEngine engine;

  @BeforeEach
  void open() {
    engine = DuckDbEngine.open(EngineConfig.defaults(directory, List.of(directory)));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** Rows in an order of their own, with features that tie, are missing or are no number. */
  private static String rows(String key) {
    return """
        select %s, (range * 7919 %% 5)::int as tied,
          case when range %% 11 = 0 then null when range %% 13 = 0 then 'nan'::double
            else range * 0.25 end as x,
          case when range %% 7 = 0 then null else 'text ' || (range %% 4) end as word
        from range(5000) r(range) order by hash(range)
        """
        .formatted(key);
  }

  private OrderedRows read(String sql, List<String> key, List<String> read) {
    Relation from = new Relation.View(Query.of(sql, Map.of()));
    Schema schema = engine.describe(Query.of("select * from t", Map.of("t", from)));
    LinkedHashSet<String> order = new LinkedHashSet<>(key);
    order.addAll(read);
    return OrderedRows.read(
        "t",
        new LinkedHashSet<>(key),
        order,
        new LinkedHashSet<>(read),
        schema,
        engine,
        from,
        Watch.none());
  }

  /** By row, as the number of the row in the whole order gives them. */
  private List<List<@Nullable Object>> expected(String sql, List<String> key, List<String> read) {
    LinkedHashSet<String> order = new LinkedHashSet<>(key);
    order.addAll(read);
    String all = ModelColumns.quoted(List.copyOf(order), " nulls last");
    String numbered =
        "select %s from (select *, row_number() over (order by %s) as n from (%s) t) r order by n"
            .formatted(ModelColumns.quoted(read, ""), all, sql);
    List<List<@Nullable Object>> told = new ArrayList<>();
    try (Rows rows = engine.execute(Query.of(numbered, Map.of()), Watch.none())) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        told.add(row.stream().map(OrderedRowsTest::cell).toList());
      }
    }
    return told;
  }

  private static Object cell(@Nullable Object value) {
    return value instanceof String text ? text : Numbers.of(value);
  }

  private static List<List<@Nullable Object>> told(Frame frame) {
    List<List<@Nullable Object>> told = new ArrayList<>();
    for (int i = 0; i < frame.rows(); i++) {
      List<@Nullable Object> row = new ArrayList<>();
      for (Frame.Column column : frame.columns()) {
        row.add(
            switch (column) {
              case Frame.Numbers numbers -> numbers.values()[i];
              case Frame.Categories texts ->
                  texts.codes()[i] < 0 ? Double.NaN : texts.levels().get(texts.codes()[i]);
            });
      }
      told.add(row);
    }
    return told;
  }

  private void assertOrder(String keySql, List<String> key, List<String> order) {
    List<String> read = List.of("word", "x", "tied");
    OrderedRows ordered = read(rows(keySql), key, read);
    assertThat(told(ordered.frame())).isEqualTo(expected(rows(keySql), key, read));
    assertThat(ordered.order()).isEqualTo(order);
  }

  @Test
  void keyThatTellsRowsApart_isTheOrder() {
    assertOrder("(range * 7 % 5000)::bigint as id", List.of("id"), List.of("id"));
    assertOrder(
        "(range % 50)::int as a, (range // 50)::decimal(9, 2) as b",
        List.of("a", "b"), List.of("a", "b"));
    assertOrder(
        "timestamp '2020-01-01' + to_seconds(range) as t, nullif(range, 7) as id",
        List.of("id", "t"),
        List.of("id", "t"));
  }

  @Test
  void keyThatRepeats_isFollowedByEverythingThatIsRead() {
    assertOrder("(range % 3)::bigint as id", List.of("id"), List.of("id", "word", "x", "tied"));
    assertOrder(
        "case when range < 2 then null else range end as id",
        List.of("id"),
        List.of("id", "word", "x", "tied"));
  }

  @Test
  void keysThatDoublesCannotTellApart_areFollowedToo() {
    assertOrder(
        "9007199254740992 + range as id", List.of("id"), List.of("id", "word", "x", "tied"));
  }

  @Test
  void keyOfTexts_andNoKey_areSortedByEverything() {
    assertOrder("'k' || range as id", List.of("id"), List.of("id", "word", "x", "tied"));
    assertOrder("range as id", List.of(), List.of("word", "x", "tied"));
  }
}
