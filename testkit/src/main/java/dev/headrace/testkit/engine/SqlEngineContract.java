package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.Numbers;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.engine.WrittenFile.ColumnMetrics;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link SqlEngine} keeps. SQL in here stays within the subset that all engines share,
 * except where a method can be overridden.
 */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class SqlEngineContract {
  /** The only directory the engine may use. */
  @TempDir protected Path lake;

  /** A directory the engine must not touch. */
  @TempDir protected Path outside;

  protected SqlEngine engine;

  private int writes;

  /** A fresh engine that may read and write in {@code directory} only. */
  protected abstract SqlEngine openEngine(Path directory);

  /** A fresh engine with about this memory limit, spilling below {@code directory}. */
  protected abstract SqlEngine openEngine(Path directory, long memoryLimitBytes);

  /** An instant with its offset. */
  protected String instantSql(String text) {
    return "timestamp with time zone '" + text + "'";
  }

  /** What a UUID column can be written from. */
  protected String uuidSql(String text) {
    return "cast('" + text + "' as uuid)";
  }

  /** The bytes of an ASCII text. */
  protected String binarySql(String text) {
    return "cast('" + text + "' as blob)";
  }

  /** A list of expressions. */
  protected String listSql(String... elements) {
    return "[" + String.join(", ", elements) + "]";
  }

  /** A struct of one field, its name as it is. */
  protected String structSql(String field, String value) {
    return "struct_pack(\"" + field.replace("\"", "\"\"") + "\" := " + value + ")";
  }

  /** A query that takes many seconds and yields at least one row. */
  protected abstract String slowSql();

  /** Queries over no relation that try to reach files, settings or the network. */
  protected abstract List<String> escapes(Path secretFile, Path writableDirectory);

  @BeforeEach
  void openFreshEngine() {
    engine = openEngine(lake);
  }

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  // ---------------------------------------------------------------- values

  @Test
  void write_everyType_readsBackTheSameValues() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "flag", Primitive.BOOLEAN),
                new Field(2, "small", Primitive.INT),
                new Field(3, "large", Primitive.LONG),
                new Field(4, "single", Primitive.FLOAT),
                new Field(5, "twice", Primitive.DOUBLE),
                new Field(6, "day", Primitive.DATE),
                new Field(7, "clock", Primitive.TIME),
                new Field(8, "wall", Primitive.TIMESTAMP),
                new Field(9, "moment", Primitive.TIMESTAMPTZ),
                new Field(10, "words", Primitive.STRING),
                new Field(11, "uid", Primitive.UUID),
                new Field(12, "raw", Primitive.BINARY),
                new Field(13, "exact", new Decimal(38, 9))));
    String sql =
        "select true as flag, 2147483647 as small, -9223372036854775807 as large, "
            + "cast(1.5 as float) as single, cast(-1.25e300 as double) as twice, "
            + "date '2024-02-29' as day, time '23:59:59.123456' as clock, "
            + "timestamp '2024-03-10 02:30:00.000001' as wall, "
            + instantSql("2024-03-10 02:30:00.999999+05:45")
            + " as moment, "
            + "'İstanbul \"quoted\" ''text'' 漢字 😀' as words, "
            + uuidSql("0192f0c1-2345-7abc-8def-001122334455")
            + " as uid, "
            + binarySql("ab")
            + " as raw, "
            + "cast('12345678901234567890123456789.123456789' as decimal(38,9)) as exact";
    Relation table = table(schema, sql);

    assertThat(engine.describe(Query.of("select * from t", Map.of("t", table))).fields())
        .isEqualTo(withoutIds(schema));
    List<Object> row = rows("select * from t", Map.of("t", table)).getFirst();
    assertThat(row.get(11)).isEqualTo("ab".getBytes(StandardCharsets.UTF_8));
    row.set(11, "ab");
    assertThat(row)
        .containsExactly(
            true,
            2147483647,
            -9223372036854775807L,
            1.5f,
            -1.25e300,
            LocalDate.of(2024, 2, 29),
            LocalTime.of(23, 59, 59, 123_456_000),
            LocalDateTime.of(2024, 3, 10, 2, 30, 0, 1_000),
            Instant.parse("2024-03-09T20:45:00.999999Z"),
            "İstanbul \"quoted\" 'text' 漢字 😀",
            UUID.fromString("0192f0c1-2345-7abc-8def-001122334455"),
            "ab",
            new BigDecimal("12345678901234567890123456789.123456789"));
  }

  @Test
  void write_nullOfEveryType_readsBackNull() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "a", Primitive.BOOLEAN),
                new Field(2, "b", Primitive.INT),
                new Field(3, "c", Primitive.TIMESTAMP),
                new Field(4, "d", Primitive.UUID),
                new Field(5, "e", Primitive.BINARY),
                new Field(6, "f", new Decimal(10, 2)),
                new Field(7, "g", new ListOf(8, Primitive.INT)),
                new Field(9, "h", new Struct(List.of(new Field(10, "x", Primitive.TIMESTAMP)))),
                new Field(11, "i", new MapOf(12, Primitive.STRING, 13, Primitive.LONG))));
    Relation table =
        table(
            schema,
            "select null as a, null as b, null as c, null as d, null as e, null as f, null as g,"
                + " null as h, null as i");

    assertThat(rows("select * from t", Map.of("t", table)).getFirst())
        .hasSize(9)
        .containsOnlyNulls();
  }

  @Test
  void write_nestedTypes_readsBackTheSameValues() {
    Relation table = table(nested(), nestedSql());

    List<Object> row = rows("select * from t", Map.of("t", table)).getFirst();

    assertThat(row.get(0)).isEqualTo(1L);
    Map<String, Object> expected = new HashMap<>();
    expected.put("a b", 7);
    expected.put("when", LocalDateTime.of(2024, 3, 10, 2, 30));
    expected.put("items", List.of(Map.of("sku", "x", "n", 1), Map.of("sku", "y", "n", 2)));
    assertThat(row.get(1)).isEqualTo(expected);
    assertThat(row.get(2)).isEqualTo(Arrays.asList(1, null, 3));
    assertThat(row.get(3)).isEqualTo(Map.of("k", new BigDecimal("1.50")));
  }

  private static Schema nested() {
    return new Schema(
        List.of(
            new Field(1, "id", Primitive.LONG),
            new Field(
                2,
                "s",
                new Struct(
                    List.of(
                        new Field(3, "a b", Primitive.INT),
                        new Field(4, "when", Primitive.TIMESTAMP),
                        new Field(
                            5,
                            "items",
                            new ListOf(
                                6,
                                new Struct(
                                    List.of(
                                        new Field(7, "sku", Primitive.STRING),
                                        new Field(8, "n", Primitive.INT)))))))),
            new Field(9, "l", new ListOf(10, Primitive.INT)),
            new Field(11, "m", new MapOf(12, Primitive.STRING, 13, new Decimal(10, 2)))));
  }

  /** One row of {@link #nested}. */
  protected String nestedSql() {
    return "select 1 as id, {'a b': 7, 'when': timestamp '2024-03-10 02:30:00',"
        + " 'items': [{'sku': 'x', 'n': 1}, {'sku': 'y', 'n': 2}]} as s,"
        + " [1, null, 3] as l, map {'k': 1.50} as m";
  }

  // ------------------------------------------------------------- evolution

  @Test
  void read_renamedAddedDroppedAndWidenedColumns_followsIds() {
    Schema old =
        new Schema(
            List.of(
                new Field(1, "id", Primitive.INT),
                new Field(2, "amount", Primitive.FLOAT),
                new Field(3, "gone", Primitive.STRING)));
    // "gone" was dropped and another column took its name; "amount" became "total".
    Schema now =
        new Schema(
            List.of(
                new Field(4, "gone", Primitive.STRING),
                new Field(2, "total", Primitive.DOUBLE),
                new Field(1, "id", Primitive.LONG)));
    List<String> files = new ArrayList<>(write(old, "select 1 as id, 1.5 as amount, 'x' as gone"));
    files.addAll(write(now, "select 'new' as gone, 2.5 as total, 5000000000 as id"));
    Relation table = new Relation.Files(now, files, 2);

    assertThat(rows("select * from t order by id", Map.of("t", table)))
        .containsExactly(Arrays.asList(null, 1.5, 1L), List.of("new", 2.5, 5_000_000_000L));
    assertThat(rows("select id from t where total > 2", Map.of("t", table)))
        .containsExactly(List.of(5_000_000_000L));
    assertThat(rows("select count(*) from t where gone is null", Map.of("t", table)))
        .containsExactly(List.of(1L));
  }

  @Test
  void read_nestedFieldsRenamedAddedAndReused_followsIds() {
    List<String> files = write(nested(), nestedSql());
    Schema now =
        new Schema(
            List.of(
                new Field(
                    2,
                    "s2",
                    new Struct(
                        List.of(
                            // "when" was dropped; a new field has its name.
                            new Field(20, "when", Primitive.STRING),
                            new Field(3, "renamed", Primitive.LONG),
                            new Field(
                                5,
                                "items",
                                new ListOf(
                                    6,
                                    new Struct(
                                        List.of(
                                            new Field(8, "sku", Primitive.LONG),
                                            new Field(7, "name", Primitive.STRING),
                                            new Field(21, "extra", Primitive.DOUBLE)))))))),
                new Field(11, "m", new MapOf(12, Primitive.STRING, 13, new Decimal(20, 2))),
                new Field(9, "l", new ListOf(10, Primitive.LONG))));
    Relation table = new Relation.Files(now, files, 1);

    List<Object> row = rows("select * from t", Map.of("t", table)).getFirst();

    Map<String, Object> expected = new HashMap<>();
    expected.put("when", null);
    expected.put("renamed", 7L);
    expected.put("items", List.of(item(1L, "x"), item(2L, "y")));
    assertThat(row.get(0)).isEqualTo(expected);
    assertThat(row.get(1)).isEqualTo(Map.of("k", new BigDecimal("1.50")));
    assertThat(row.get(2)).isEqualTo(Arrays.asList(1L, null, 3L));
  }

  private static Map<String, @Nullable Object> item(long sku, String name) {
    Map<String, @Nullable Object> item = new HashMap<>();
    item.put("sku", sku);
    item.put("name", name);
    item.put("extra", null);
    return item;
  }

  @Test
  void read_nullStructAfterEvolution_staysNull() {
    Schema old =
        new Schema(
            List.of(new Field(1, "s", new Struct(List.of(new Field(2, "x", Primitive.INT))))));
    Schema now =
        new Schema(
            List.of(
                new Field(
                    1,
                    "s",
                    new Struct(
                        List.of(
                            new Field(2, "y", Primitive.INT), new Field(3, "z", Primitive.INT))))));
    Relation table = new Relation.Files(now, write(old, "select null as s"), 1);

    assertThat(rows("select s is null, s from t", Map.of("t", table)).getFirst())
        .isEqualTo(Arrays.asList(true, null));
  }

  // ----------------------------------------------------------- empty, many

  @Test
  void read_tableWithoutFiles_isEmptyAndTyped() {
    Relation table = new Relation.Files(nested(), List.of(), 0);

    assertThat(rows("select * from t", Map.of("t", table))).isEmpty();
    assertThat(engine.describe(Query.of("select * from t", Map.of("t", table))).fields())
        .isEqualTo(withoutIds(nested()));
  }

  @Test
  void write_noRow_writesNoFile() {
    Schema schema = new Schema(List.of(new Field(1, "id", Primitive.LONG)));

    assertThat(
            engine.write(query("select 1 as id where false"), target(schema, null), Watch.none()))
        .isEmpty();
    assertThat(
            engine.write(
                query("select timestamp '2024-01-01 00:00:00' as at where false"),
                target(new Schema(List.of(new Field(1, "at", Primitive.TIMESTAMP))), "at"),
                Watch.none()))
        .isEmpty();
    assertThat(filesIn(lake)).isEmpty();
  }

  @Test
  void execute_closedEarly_leavesTheEngineUsable() {
    try (Rows rows =
        engine.execute(query("select range from range(10000000) as r(range)"), Watch.none())) {
      assertThat(rows.next()).containsExactly(0L);
    }
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  void execute_manyRows_streamsAllOfThemInOrder() {
    long expected = 0;
    try (Rows rows =
        engine.execute(
            query("select range from range(1000000) as r(range) order by range"), Watch.none())) {
      for (List<Object> row = rows.next(); row != null; row = rows.next()) {
        assertThat(row.getFirst()).isEqualTo(expected);
        expected++;
      }
    }
    assertThat(expected).isEqualTo(1_000_000);
  }

  // --------------------------------------------------------------- columns

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
  void columns_everyType_areThoseOfTheRows() {
    List<List<Object>> rows = rows(everyColumn(), Map.of());
    try (Columns columns = engine.columns(query(everyColumn()), Watch.none())) {
      Schema schema = columns.schema();
      assertThat(schema).isEqualTo(engine.describe(query(everyColumn())));
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
  void columns_numbers_areSecondsAndNearestDoubles() {
    double[] numbers = new double[1];
    try (Columns columns =
        engine.columns(
            query("select * from (" + everyColumn() + ") x where i = 1"), Watch.none())) {
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
  void columns_manyRows_areAllThereInOrder() {
    double[] numbers = new double[1 << 16];
    long expected = 0;
    String backwards = "select 1000000 - range as n from range(1000000) as r(range) order by n";
    try (Columns columns = engine.columns(query(backwards), Watch.none())) {
      for (int n = columns.next(); n > 0; n = columns.next()) {
        columns.numbers(0, numbers, 0);
        for (int i = 0; i < n; i++) {
          assertThat(numbers[i]).isEqualTo((double) ++expected);
        }
      }
    }
    assertThat(expected).isEqualTo(1_000_000);
  }

  @Test
  void columns_ofAQueryThatFailsHalfWay_failAsItsRowsDo() {
    String failing =
        "select cast(case when range = 999999 then 'nonsense' else '1' end as int) as n"
            + " from range(1000000) as r(range)";
    assertThatThrownBy(
            () -> {
              try (Columns columns = engine.columns(query(failing), Watch.none())) {
                while (columns.next() > 0) {}
              }
            })
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("nonsense");
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  void columns_ofNoRow_endAtOnce() {
    try (Columns columns = engine.columns(query("select 1 as x where 1 = 2"), Watch.none())) {
      assertThat(columns.schema().names()).containsExactly("x");
      assertThat(columns.next()).isZero();
    }
  }

  @Test
  void columns_closedEarly_leaveTheEngineUsable() {
    try (Columns columns =
        engine.columns(query("select range from range(10000000) as r(range)"), Watch.none())) {
      assertThat(columns.next()).isPositive();
    }
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  void columns_cancelled_endWithinTwoSeconds() throws Exception {
    assertCancels(
        watch -> {
          try (Columns columns = engine.columns(query(slowSql()), watch)) {
            while (columns.next() > 0) {}
          }
          return null;
        });
  }

  // --------------------------------------------------------------- metrics

  @Test
  void write_metrics_equalBruteForce() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "id", Primitive.LONG),
                new Field(2, "price", new Decimal(12, 2)),
                new Field(3, "name", Primitive.STRING),
                new Field(4, "seen", Primitive.TIMESTAMP),
                new Field(5, "ratio", Primitive.DOUBLE),
                new Field(6, "nothing", Primitive.INT),
                new Field(7, "flag", Primitive.BOOLEAN),
                new Field(8, "tags", new ListOf(9, Primitive.STRING))));
    String sql =
        "select range as id, cast(range * 7 % 1000 as decimal(12,2)) / 100 - 3 as price,"
            + " case when range % 5 = 0 then null else 'n' || range end as name,"
            + " timestamp '2024-01-01 00:00:00' + range * interval '1' second as seen,"
            + " case when range = 17 then cast('nan' as double) else range / 3.0 end as ratio,"
            + " cast(null as integer) as nothing, range % 2 = 0 as flag, "
            + listSql("'t' || range % 3", "'u'")
            + " as tags from range(5000) as r(range)";
    List<WrittenFile> files = engine.write(query(sql), target(schema, null), Watch.none());

    assertThat(files).hasSize(1);
    WrittenFile file = files.getFirst();
    assertThat(file.rows()).isEqualTo(5000);
    assertThat(file.sizeBytes()).isEqualTo(size(Path.of(file.path())));
    assertThat(file.day()).isEmpty();
    Relation table = new Relation.Files(schema, List.of(file.path()), 5000);
    List<Object> truth =
        rows(
                "select min(id), max(id), min(price), max(price), min(name), max(name),"
                    + " count(*) - count(name), min(seen), max(seen) from t",
                Map.of("t", table))
            .getFirst();
    Map<Integer, ColumnMetrics> columns = file.columns();
    // What is inside a list may be left uncounted, but not be miscounted.
    assertThat(columns.keySet()).contains(1, 2, 3, 4, 5, 6, 7).isSubsetOf(1, 2, 3, 4, 5, 6, 7, 9);
    assertThat(columns.get(1).lower()).isEqualTo(truth.get(0).toString());
    assertThat(columns.get(1).upper()).isEqualTo(truth.get(1).toString());
    assertThat(new BigDecimal(columns.get(2).lower())).isEqualTo(truth.get(2));
    assertThat(new BigDecimal(columns.get(2).upper())).isEqualTo(truth.get(3));
    assertThat(columns.get(3).lower()).isEqualTo(truth.get(4));
    assertThat(columns.get(3).upper()).isEqualTo(truth.get(5));
    assertThat(columns.get(3).nulls()).isEqualTo(truth.get(6)).isEqualTo(1000L);
    assertThat(LocalDateTime.parse(columns.get(4).lower().replace(' ', 'T')))
        .isEqualTo(truth.get(7));
    assertThat(LocalDateTime.parse(columns.get(4).upper().replace(' ', 'T')))
        .isEqualTo(truth.get(8));
    assertThat(columns.get(5).lower()).as("NaN hides behind bounds").isNull();
    assertThat(columns.get(6).nulls()).isEqualTo(5000);
    assertThat(columns.get(6).lower()).isNull();
    assertThat(columns.get(7).lower()).isEqualTo("false");
    assertThat(columns.get(7).upper()).isEqualTo("true");
    if (columns.containsKey(9)) {
      assertThat(columns.get(9).values()).isEqualTo(10_000);
    }
    assertThat(columns.get(1).values()).isEqualTo(5000);
    assertThat(columns.values()).allSatisfy(column -> assertThat(column.sizeBytes()).isPositive());
  }

  @Test
  void write_longStrings_boundsAreBounds() {
    Schema schema = new Schema(List.of(new Field(1, "s", Primitive.STRING)));
    WrittenFile file =
        engine
            .write(
                query("select repeat('ab', 5000) || range as s from range(10) as r(range)"),
                target(schema, null),
                Watch.none())
            .getFirst();
    ColumnMetrics metrics = file.columns().get(1);

    if (metrics.lower() != null) {
      assertThat("ab".repeat(5000) + "0").isGreaterThanOrEqualTo(metrics.lower());
    }
    if (metrics.upper() != null) {
      assertThat("ab".repeat(5000) + "9").isLessThanOrEqualTo(metrics.upper());
    }
  }

  // ------------------------------------------------------------------ days

  @Test
  void write_splitByDay_everyFileHoldsOneUtcDay() {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, "id", Primitive.LONG), new Field(2, "seen", Primitive.TIMESTAMPTZ)));
    // Hourly moments around three midnights of UTC, one of them null.
    String sql =
        "select range as id, case when range = 5 then null else"
            + " "
            + instantSql("2024-02-28 20:00:00+00:00")
            + " + range * interval '1' hour end as seen"
            + " from range(60) as r(range)";
    List<WrittenFile> files = engine.write(query(sql), target(schema, "seen"), Watch.none());

    Map<String, Long> rowsPerDay = new TreeMap<>();
    for (WrittenFile file : files) {
      rowsPerDay.merge(file.day().map(LocalDate::toString).orElse("none"), file.rows(), Long::sum);
      Relation table = new Relation.Files(schema, List.of(file.path()), file.rows());
      for (List<Object> row : rows("select seen from t", Map.of("t", table))) {
        Instant at = (Instant) row.getFirst();
        assertThat(Optional.ofNullable(at).map(t -> t.toString().substring(0, 10)))
            .isEqualTo(file.day().map(LocalDate::toString));
      }
    }
    assertThat(rowsPerDay)
        .isEqualTo(
            Map.of(
                "2024-02-28",
                4L,
                "2024-02-29",
                23L,
                "2024-03-01",
                24L,
                "2024-03-02",
                8L,
                "none",
                1L));
    assertThat(filesIn(lake)).hasSize(files.size());
  }

  @Test
  void write_splitByDayOverManyDays_losesNoRow() {
    Schema schema =
        new Schema(List.of(new Field(1, "id", Primitive.LONG), new Field(2, "d", Primitive.DATE)));
    String sql =
        "select range as id, date '2020-01-01' + cast(range * 7919 % 1000 as integer) as d"
            + " from range(200000) as r(range)";
    List<WrittenFile> files = engine.write(query(sql), target(schema, "d"), Watch.none());

    assertThat(files.stream().map(WrittenFile::day).distinct()).hasSize(1000);
    assertThat(files.stream().mapToLong(WrittenFile::rows).sum()).isEqualTo(200_000);
    Relation table =
        new Relation.Files(schema, files.stream().map(WrittenFile::path).toList(), 200_000);
    assertThat(
            rows("select count(distinct id), cast(sum(id) as bigint) from t", Map.of("t", table))
                .getFirst())
        .containsExactly(200_000L, 19_999_900_000L);
  }

  // ---------------------------------------------------------------- casts

  @Test
  void write_columnsInAnyOrderAndCase_goByName() {
    Schema schema =
        new Schema(
            List.of(new Field(1, "Total", Primitive.DOUBLE), new Field(2, "id", Primitive.LONG)));
    Relation table = table(schema, "select 7 as ID, 2.5 as total");

    assertThat(rows("select id, \"Total\" from t", Map.of("t", table)))
        .containsExactly(List.of(7L, 2.5));
  }

  @Test
  void write_valueThatDoesNotFit_namesColumnAndValueAndLeavesNoFile() {
    Schema schema =
        new Schema(List.of(new Field(1, "id", Primitive.LONG), new Field(2, "n", Primitive.INT)));

    assertThatThrownBy(
            () ->
                engine.write(
                    query(
                        "select range as id, case when range = 900 then 'abc' else '1' end as n"
                            + " from range(1000) as r(range)"),
                    target(schema, null),
                    Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'n'")
        .hasMessageContaining("abc")
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.INVALID);
    assertThat(filesIn(lake)).isEmpty();
  }

  @Test
  void write_missingOrSurplusColumn_isRefusedByName() {
    Schema schema =
        new Schema(List.of(new Field(1, "id", Primitive.LONG), new Field(2, "n", Primitive.INT)));

    assertThatThrownBy(
            () -> engine.write(query("select 1 as id"), target(schema, null), Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'n'");
    assertThatThrownBy(
            () ->
                engine.write(
                    query("select 1 as id, 2 as n, 3 as extra"),
                    target(schema, null),
                    Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'extra'");
    assertThat(filesIn(lake)).isEmpty();
  }

  // ---------------------------------------------------------------- cancel

  @Test
  void execute_cancelled_endsWithinTwoSeconds() throws Exception {
    assertCancels(
        watch -> {
          try (Rows rows = engine.execute(query(slowSql()), watch)) {
            while (rows.next() != null) {}
          }
          return null;
        });
  }

  @Test
  void write_cancelled_endsWithinTwoSecondsAndLeavesNoFile() throws Exception {
    Schema schema = engine.describe(query(slowSql()));
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      fields.add(new Field(fields.size() + 1, field.name(), field.type()));
    }
    assertCancels(watch -> engine.write(query(slowSql()), target(new Schema(fields), null), watch));
    assertThat(filesIn(lake)).isEmpty();
  }

  @Test
  void execute_cancelledBefore_doesNotBegin() {
    Watch watch = Watch.none();
    watch.cancel();
    assertThatThrownBy(() -> engine.execute(query("select 1"), watch))
        .isInstanceOf(CancellationException.class);
  }

  private interface Work {
    @Nullable Object run(Watch watch) throws Exception;
  }

  private static void assertCancels(Work work) throws Exception {
    Watch watch = Watch.none();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> result = executor.submit(() -> work.run(watch));
      Thread.sleep(500);
      assertThat(result.isDone()).as("still running").isFalse();
      long start = System.nanoTime();
      watch.cancel();
      assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancellationException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }

  // ---------------------------------------------------------------- limits

  @Test
  void write_sortLargerThanTheMemoryLimit_spills() {
    Schema schema =
        new Schema(
            List.of(new Field(1, "id", Primitive.LONG), new Field(2, "text", Primitive.STRING)));
    try (SqlEngine small = openEngine(lake, 96L << 20)) {
      List<WrittenFile> files =
          small.write(
              query(
                  "select range as id, md5(cast(range as string)) as text from range(4000000) as"
                      + " r(range) order by text"),
              target(schema, null),
              Watch.none());
      assertThat(files.stream().mapToLong(WrittenFile::rows).sum()).isEqualTo(4_000_000);
    }
  }

  // ------------------------------------------------------------ parameters

  @Test
  void execute_parameters_areValuesNotText() {
    Query query =
        new Query(
            "select $text as a, $n + 1 as b, $from as c, $at as d, $x as e, $text as f, '$n' as g,"
                + " $exact as h -- $n",
            Map.of(),
            Map.of(
                "text",
                "'; drop table t; --\" $n \\",
                "n",
                41L,
                "from",
                LocalDate.of(2024, 2, 29),
                "at",
                Instant.parse("2024-01-01T00:00:00.123456Z"),
                "x",
                -1.5,
                "exact",
                new BigDecimal("-0.05")));

    assertThat(all(query).getFirst())
        .containsExactly(
            "'; drop table t; --\" $n \\",
            42L,
            LocalDate.of(2024, 2, 29),
            Instant.parse("2024-01-01T00:00:00.123456Z"),
            -1.5,
            "'; drop table t; --\" $n \\",
            "$n",
            new BigDecimal("-0.05"));
  }

  @Test
  void execute_parameterWithoutValue_isRefusedByName() {
    assertThatThrownBy(() -> all(query("select $missing")))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("$missing");
  }

  @Test
  void write_parameters_areBound() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    List<WrittenFile> files =
        engine.write(
            new Query(
                "select range as x from range(10) as r(range) where range >= $low and range <"
                    + " $high",
                Map.of(),
                Map.of("low", 3L, "high", 7L)),
            target(schema, null),
            Watch.none());
    assertThat(files.getFirst().rows()).isEqualTo(4);
  }

  // ----------------------------------------------------------------- views

  @Test
  void execute_viewsOfViews_eachWithItsOwnNamesAndParameters() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    Relation one = table(schema, "select range as x from range(10) as r(range)");
    Relation two = table(schema, "select range as x from range(100, 105) as r(range)");
    Relation small =
        new Relation.View(
            new Query(
                "select x from t where x < $limit -- comment",
                Map.of("t", one),
                Map.of("limit", 3L)));
    Relation large =
        new Relation.View(
            new Query(
                "with t as (select x + 0 as x from t) select x from t where x > $limit",
                Map.of("t", two),
                Map.of("limit", 102L)));
    Relation both =
        new Relation.View(
            Query.of("select x from a union all select x from b", Map.of("a", small, "b", large)));

    assertThat(
            all(
                new Query(
                    "select count(*), cast(sum(x) as bigint), $limit from everything, (select 1"
                        + " from small where x = 0)",
                    Map.of("everything", both, "small", small),
                    Map.of("limit", "outer"))))
        .containsExactly(List.of(5L, 0L + 1 + 2 + 103 + 104, "outer"));
  }

  @Test
  void execute_deepDiamondOfViews_staysLinear() {
    Relation level = new Relation.View(Query.of("select 1 as x", Map.of()));
    for (int i = 0; i < 12; i++) {
      level =
          new Relation.View(
              Query.of("select a.x from v a join v b on a.x = b.x", Map.of("v", level)));
    }
    assertThat(rows("select count(*) from v", Map.of("v", level))).containsExactly(List.of(1L));
  }

  @Test
  void execute_ctesShadowRelations() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    Relation table = table(schema, "select 1 as x");
    assertThat(
            rows(
                "with t as (select x + 10 as x from t), u as (select x from t) select x from u",
                Map.of("t", table)))
        .containsExactly(List.of(11L));
    assertThat(
            rows(
                "with recursive n as (select 1 as i union all select i + 1 from n where i < 4)"
                    + " select count(*), (select x from t) from n",
                Map.of("t", table)))
        .containsExactly(List.of(4L, 1L));
  }

  // ----------------------------------------------------------------- names

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words",
        "\"quoted\"",
        "it's",
        "漢字",
        "Straße",
        "select",
        "UPPER",
        "İI",
        "semi;colon",
        "-- comment",
        "/* open",
        "a.b",
        "$param",
        "\\",
        "x\") ; drop table y; --",
        "new\nline",
        "'; copy (select 1) to '/tmp/x",
        "{i}",
        "*",
        "?"
      })
  void anyName_ofTableAndColumns_isJustAName(String name) {
    Schema schema =
        new Schema(
            List.of(
                new Field(1, name, Primitive.LONG),
                new Field(2, "s", new Struct(List.of(new Field(3, name, Primitive.STRING))))));
    String quoted = '"' + name.replace("\"", "\"\"") + '"';
    Relation source =
        new Relation.View(
            Query.of("select 7 as " + quoted + ", " + structSql(name, "'v'") + " as s", Map.of()));
    List<WrittenFile> files =
        engine.write(
            Query.of("select s, " + quoted + " from src", Map.of("src", source)),
            target(schema, null),
            Watch.none());
    assertThat(files.getFirst().columns().keySet()).containsExactlyInAnyOrder(1, 3);
    Relation table = new Relation.Files(schema, files.stream().map(WrittenFile::path).toList(), 1);

    Query query =
        Query.of(
            "select " + quoted + ", s from " + quoted,
            Map.of(name.toLowerCase(java.util.Locale.ROOT), table));

    assertThat(engine.describe(query).names()).containsExactly(name, "s");
    assertThat(all(query)).containsExactly(List.of(7L, Map.of(name, "v")));
    // Renamed afterwards: read by id.
    Schema renamed =
        new Schema(List.of(new Field(1, "plain", Primitive.LONG), schema.fields().get(1)));
    assertThat(
            rows(
                "select plain from t",
                Map.of("t", new Relation.Files(renamed, List.of(files.getFirst().path()), 1))))
        .containsExactly(List.of(7L));
  }

  // --------------------------------------------------------------- errors

  @Test
  void execute_unknownTable_proposesTheNearest() {
    Relation table =
        new Relation.Files(new Schema(List.of(new Field(1, "x", Primitive.INT))), List.of(), 0);
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class, () -> rows("select *\nfrom orderz", Map.of("orders", table)));
    assertThat(e).hasMessageContaining("orderz");
    assertThat(e.hint()).contains("orders");
    assertThat(e.location()).contains(new Location("sql", 2, 6));
  }

  @Test
  void execute_unknownColumn_tellsThePlaceInTheUsersFile() {
    Relation table =
        new Relation.Files(new Schema(List.of(new Field(1, "total", Primitive.INT))), List.of(), 0);
    HeadraceException e =
        catchThrowableOfType(
            HeadraceException.class,
            () ->
                all(
                    new Query(
                            "select 'é', $p,\n  totl from t",
                            Map.of("t", table),
                            Map.of("p", "longer than the name"))
                        .at(new Location("tables/a.sql", 10, 1))));
    assertThat(e.code().kind()).isEqualTo(ErrorKind.INVALID);
    assertThat(e).hasMessageContaining("totl").hasMessageContaining("total");
    assertThat(e.location()).contains(new Location("tables/a.sql", 11, 3));
  }

  @Test
  void execute_valueThatDoesNotConvert_namesTheValue() {
    assertThatThrownBy(
            () ->
                rows(
                    "select cast(case when range = 90000 then 'abc' else '1' end as integer)"
                        + " from range(100000) as r(range)",
                    Map.of()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("abc")
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.INVALID);
  }

  @Test
  void execute_missingFile_isExternalAndNamed() {
    Relation table =
        new Relation.Files(
            new Schema(List.of(new Field(1, "x", Primitive.INT))),
            List.of(lake.resolve("absent.parquet").toString()),
            1);
    assertThatThrownBy(() -> rows("select * from t", Map.of("t", table)))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("absent.parquet")
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.EXTERNAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table x as select 1",
        "drop table t",
        "insert into t values (1)",
        "select 1; select 2",
        "",
        "-- nothing",
        "update t set x = 1",
        "copy t to 'x.csv'",
        "set threads = 1",
        "selec 1",
        "attach 'x.db'",
        "select 1) to 'x.csv'",
        "install httpfs",
        "begin transaction",
        "call x()",
        "select * from (select 1",
        "delete from t",
        "explain select 1",
        "pragma threads=1",
        "export database 'x'",
        "load httpfs",
        "use memory",
        "vacuum",
        "checkpoint"
      })
  void execute_whatIsNotOneSelect_isInvalid(String sql) {
    Relation table =
        new Relation.Files(new Schema(List.of(new Field(1, "x", Primitive.INT))), List.of(), 0);
    assertThatThrownBy(() -> rows(sql, Map.of("t", table)))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.INVALID);
  }

  // --------------------------------------------------------------- sandbox

  @Test
  void execute_everyEscape_isRefusedAndWritesNothing() throws IOException {
    Path secret = Files.writeString(outside.resolve("secret.csv"), "password\nhunter2\n");
    Path inLake = Files.writeString(lake.resolve("inside.csv"), "a\n1\n");
    Set<String> before = new TreeSet<>(filesIn(outside));

    List<String> allowed = new ArrayList<>();
    for (Path file : List.of(secret, inLake)) {
      for (String sql : escapes(file, lake)) {
        try {
          List<List<Object>> rows = rows(sql, Map.of());
          allowed.add(sql + " -> " + rows);
        } catch (HeadraceException e) {
          assertThat(e.code().kind()).as(sql + ": " + e).isIn(ErrorKind.INVALID, ErrorKind.DENIED);
          assertThat(e.getMessage()).as(sql).doesNotContain("hunter2");
        }
      }
    }
    assertThat(allowed).isEmpty();
    assertThat(filesIn(outside)).isEqualTo(before);
    assertThat(filesIn(lake)).containsExactly("inside.csv");
  }

  @Test
  void read_fileOutsideTheDirectories_isDenied() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    try (SqlEngine other = openEngine(outside)) {
      String path =
          other
              .write(
                  query("select 1 as x"),
                  new WriteTarget(outside, "f", schema, Optional.empty()),
                  Watch.none())
              .getFirst()
              .path();
      assertThatThrownBy(
              () ->
                  rows(
                      "select * from t", Map.of("t", new Relation.Files(schema, List.of(path), 1))))
          .isInstanceOf(HeadraceException.class)
          .extracting(e -> ((HeadraceException) e).code().kind())
          .isEqualTo(ErrorKind.DENIED);
    }
  }

  @Test
  void write_outsideTheDirectories_isDenied() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    assertThatThrownBy(
            () ->
                engine.write(
                    query("select 1 as x"),
                    new WriteTarget(outside, "f", schema, Optional.empty()),
                    Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .extracting(e -> ((HeadraceException) e).code().kind())
        .isEqualTo(ErrorKind.DENIED);
    assertThat(filesIn(outside)).isEmpty();
  }

  // ------------------------------------------------------------ concurrency

  @Test
  void manyQueriesAtOnce_doNotSeeEachOther() throws Exception {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int n = i;
        tasks.add(
            () -> {
              List<WrittenFile> files =
                  engine.write(
                      query("select " + n + " as x from range(" + (n + 1) + ") as r(range)"),
                      new WriteTarget(lake, "w" + n, schema, Optional.empty()),
                      Watch.none());
              Relation table =
                  new Relation.Files(schema, files.stream().map(WrittenFile::path).toList(), n + 1);
              // All tasks use the same name for different tables.
              assertThat(rows("select x, count(*) from t group by x", Map.of("t", table)))
                  .containsExactly(List.of((long) n, n + 1L));
              return true;
            });
      }
      for (Future<Boolean> result : executor.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  // --------------------------------------------------------------- fixtures

  /** A target in the lake with a prefix of its own. */
  protected WriteTarget target(Schema schema, @Nullable String splitByDayOf) {
    return new WriteTarget(lake, "part" + writes++, schema, Optional.ofNullable(splitByDayOf));
  }

  /** A table that holds what {@code sql} yields. */
  protected Relation table(Schema schema, String sql) {
    return new Relation.Files(schema, write(schema, sql), 0);
  }

  private List<String> write(Schema schema, String sql) {
    return engine.write(query(sql), target(schema, null), Watch.none()).stream()
        .map(WrittenFile::path)
        .toList();
  }

  private static Query query(String sql) {
    return Query.of(sql, Map.of());
  }

  /** All rows of a query. */
  protected List<List<Object>> rows(String sql, Map<String, Relation> relations) {
    return all(Query.of(sql, relations));
  }

  private List<List<Object>> all(Query query) {
    List<List<Object>> all = new ArrayList<>();
    try (Rows rows = engine.execute(query, Watch.none())) {
      for (List<Object> row = rows.next(); row != null; row = rows.next()) {
        all.add(row);
      }
    }
    return all;
  }

  private static List<Field> withoutIds(Schema schema) {
    return schema.fields().stream()
        .map(field -> Field.unassigned(field.name(), withoutIds(field.type())))
        .toList();
  }

  private static Type withoutIds(Type type) {
    return switch (type) {
      case Primitive primitive -> primitive;
      case Decimal decimal -> decimal;
      case Struct struct ->
          new Struct(
              struct.fields().stream()
                  .map(field -> Field.unassigned(field.name(), withoutIds(field.type())))
                  .toList());
      case ListOf list -> new ListOf(0, withoutIds(list.element()));
      case MapOf map -> new MapOf(0, withoutIds(map.key()), 0, withoutIds(map.value()));
    };
  }

  private static Set<String> filesIn(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      Set<String> names = new TreeSet<>();
      files
          .filter(Files::isRegularFile)
          .forEach(file -> names.add(directory.relativize(file).toString()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
