package dev.headrace.ml.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.spi.engine.Numbers;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** So large that its columns are read by two queries. */
  private Relation largeTable(String key) {
    return written(
        "select %s, range %% 5 as a, nullif(range %% 7, 3) * 0.5 as b, 'w' || range %% 3 as word, range * 0.25 as x from range(300000) r(range) order by hash(range)"
            .formatted(key));
  }

  private Relation written(String sql) {
    Schema schema = engine.describe(Query.of(sql, Map.of()));
    List<Field> fields = new ArrayList<>();
    schema
        .fields()
        .forEach(one -> fields.add(new Field(fields.size() + 1, one.name(), one.type())));
    Schema numbered = new Schema(fields);
    List<WrittenFile> files =
        engine.write(
            Query.of(sql, Map.of()),
            new WriteTarget(directory, "large" + fields.hashCode(), numbered, Optional.empty()),
            Watch.none());
    return new Relation.Files(numbered, files.stream().map(WrittenFile::path).toList(), 300_000);
  }

  private OrderedRows large(Relation table, List<String> key) {
    List<String> read = List.of("x", "word", "id", "b", "a");
    LinkedHashSet<String> order = new LinkedHashSet<>(key);
    order.addAll(read);
    return OrderedRows.read(
        "t",
        new LinkedHashSet<>(key),
        order,
        new LinkedHashSet<>(read),
        ((Relation.Files) table).schema(),
        engine,
        table,
        Watch.none());
  }

  @Test
  void columnsOfALargeTable_readSideBySide_areOfTheSameRows() {
    OrderedRows ordered = large(largeTable("(range * 7 % 300000)::bigint as id"), List.of("id"));
    assertThat(ordered.order()).containsExactly("id");
    Frame frame = ordered.frame();
    assertThat(frame.rows()).isEqualTo(300_000);
    assertThat(frame.columns().stream().map(Frame.Column::name))
        .containsExactly("x", "word", "id", "b", "a");
    double[] x = ((Frame.Numbers) frame.column("x")).values();
    double[] id = ((Frame.Numbers) frame.column("id")).values();
    double[] a = ((Frame.Numbers) frame.column("a")).values();
    double[] b = ((Frame.Numbers) frame.column("b")).values();
    Frame.Categories word = (Frame.Categories) frame.column("word");
    for (int i = 0; i < frame.rows(); i++) {
      long row = Math.round(x[i] * 4);
      if (id[i] != i
          || row * 7 % 300_000 != i
          || a[i] != row % 5
          || !(row % 7 == 3 ? Double.isNaN(b[i]) : b[i] == row % 7 * 0.5)
          || !word.levels().get(word.codes()[i]).equals("w" + row % 3)) {
        throw new AssertionError("row " + i + " is of others");
      }
    }
  }

  @Test
  void largeTableWhoseKeyRepeats_isSortedByEverything() {
    OrderedRows ordered = large(largeTable("(range % 1000)::bigint as id"), List.of("id"));
    assertThat(ordered.order()).containsExactly("id", "x", "word", "b", "a");
    assertThat(ordered.frame().rows()).isEqualTo(300_000);
    double[] x = ((Frame.Numbers) ordered.frame().column("x")).values();
    assertThat(x[1]).isEqualTo(250); // The row 1,000 follows the row 0.
  }

  @Test
  void largeTableWithAnInfiniteNumber_isRefusedWhicheverQueryReadsIt() {
    for (String column : List.of("a", "x")) {
      String sql =
          "select range as id, range % 5 as a, range as b, range as c, 0.5::double as x from range(300000) r(range)";
      String infinite =
          "select * replace (case when id = 7 then 'inf'::double else %s::double end as %s) from (%s)"
              .formatted(column, column, sql);
      Relation.Files table = (Relation.Files) written(infinite);
      LinkedHashSet<String> all = new LinkedHashSet<>(table.schema().names());
      assertThatThrownBy(
              () ->
                  OrderedRows.read(
                      "t",
                      new LinkedHashSet<>(List.of("id")),
                      all,
                      all,
                      table.schema(),
                      engine,
                      table,
                      Watch.none()))
          .isInstanceOf(HeadraceException.class)
          .hasMessageContaining("'" + column + "'");
    }
  }
}
