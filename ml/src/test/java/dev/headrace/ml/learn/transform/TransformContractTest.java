package dev.headrace.ml.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.FrameReader;
import dev.headrace.ml.learn.transform.Compiled.Kind;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Expressions of one row mean what they mean in DuckDB's SQL over columns of doubles: compared row
 * by row over random expressions and rows, missing values among them.
 */
class TransformContractTest {
  private static final int ROWS = 300;

  /** What functions other than arithmetic may differ by: two units in the last place each. */
  private static final double CLOSE = 1e-12;

  private static final Pattern APPROXIMATE =
      Pattern.compile("\\b(ln|log|log10|exp|sin|cos|pow|power)\\(");

  /** Whatever jumps would jump where the last bit differs. */
  private static final Pattern JUMPS =
      Pattern.compile("round|floor|ceil|trunc|sign|%|mod|=|<|>|between");

  @TempDir static Path directory;
  private static SqlEngine engine;
  private static Relation table;
  private static Frame rows;
  private static List<Transform.Input> inputs;

  @BeforeAll
  static void open() {
    engine = DuckDbEngine.open(EngineConfig.defaults(directory, List.of(directory)));
    table = written(Query.of(table(new Random(20261122)), Map.of()));
    Query query = Query.of("select * exclude (i) from t order by i", Map.of("t", table));
    rows = FrameReader.read(engine, query, Watch.none());
    inputs =
        engine.describe(query).fields().stream()
            .map(
                (Field field) ->
                    new Transform.Input(
                        field.name(), Transform.InputType.of(field.type()).orElseThrow()))
            .toList();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Relation written(Query query) {
    Schema schema = engine.describe(query).numbered();
    List<WrittenFile> files =
        engine.write(
            query, new WriteTarget(directory, "rows", schema, Optional.empty()), Watch.none());
    return new Relation.Files(schema, files.stream().map(WrittenFile::path).toList(), ROWS);
  }

  private static String table(Random random) {
    List<String> words =
        List.of(
            "'fast'",
            "'slow'",
            "''",
            "' a b '",
            "'ßtraße'",
            "'İI ıi'",
            "'éa😀b'",
            "'ﬃ ǆ'",
            "'ａ'",
            "'Aa'",
            "null");
    List<String> tuples = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String x =
          switch (random.nextInt(8)) {
            case 0 -> "null";
            case 1 -> "0";
            case 2 -> Integer.toString(random.nextInt(-5, 6));
            case 3 -> random.nextInt(-20, 20) + ".5";
            default -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(6)));
          };
      long seconds = random.nextLong(-4_000_000_000L, 4_000_000_000L);
      tuples.add(
          "(%d, %s::double, %s::double, %s::double, %s::bigint, %s::boolean, %s, %s, %s, %s, %s)"
              .formatted(
                  i,
                  x,
                  random.nextInt(6) == 0 ? "null" : Integer.toString(random.nextInt(-3, 4)),
                  random.nextInt(6) == 0 ? "null" : Double.toString(random.nextDouble() * 100),
                  random.nextInt(6) == 0 ? "null" : Integer.toString(random.nextInt(1000)),
                  List.of("true", "false", "null").get(random.nextInt(3)),
                  words.get(random.nextInt(words.size())),
                  words.get(random.nextInt(words.size())),
                  random.nextInt(6) == 0
                      ? "null::timestamp"
                      : "make_timestamp(%d)"
                          .formatted(seconds * 1_000_000 + random.nextInt(1_000_000)),
                  random.nextInt(6) == 0
                      ? "null::date"
                      : "date '1970-01-01' + %d".formatted(random.nextInt(-30_000, 30_000)),
                  random.nextInt(6) == 0
                      ? "null::timestamptz"
                      : "make_timestamptz(%d)".formatted(seconds * 1_000_000L)));
    }
    return "select * from (values %s) v(i, x, y, \"a b\", n, flag, word, other, seen, day, z)"
        .formatted(String.join(", ", tuples));
  }

  private static Transform transform(List<String> expressions) {
    List<Transform.Feature> features = new ArrayList<>();
    for (int i = 0; i < expressions.size(); i++) {
      features.add(new Transform.Computed("f" + i, RowExpression.parse(expressions.get(i))));
    }
    return new Transform(inputs, features);
  }

  /** The same by DuckDB: numbers are doubles there too. */
  private static Frame asked(List<Kind> kinds, List<String> expressions) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < expressions.size(); i++) {
      String of = expressions.get(i);
      columns.add(
          switch (kinds.get(i)) {
                case TEXT -> "(" + of + ")";
                case TIME -> "epoch((" + of + ")::timestamp)";
                case NUMBER, TRUTH, INSTANT, NOTHING -> "cast((" + of + ") as double)";
              }
              + " as f"
              + i);
    }
    return FrameReader.read(
        engine,
        Query.of(
            "select %s from (select * replace (n::double as n) from t) t order by i"
                .formatted(String.join(", ", columns)),
            Map.of("t", table)),
        Watch.none());
  }

  private static void compare(List<Kind> kinds, List<String> expressions) {
    Frame here = transform(expressions).apply(rows);
    Frame there = asked(kinds, expressions);
    for (int f = 0; f < expressions.size(); f++) {
      for (int row = 0; row < rows.rows(); row++) {
        String told = cell(here.columns().get(f), row);
        String expected = cell(there.columns().get(f), row);
        if (!told.equals(expected) && (isExact(expressions.get(f)) || !isClose(told, expected))) {
          throw new AssertionError(
              "%s of row %d is %s, and %s in DuckDB"
                  .formatted(expressions.get(f), row, told, expected));
        }
      }
    }
  }

  private static String cell(Frame.Column column, int row) {
    return switch (column) {
      case Frame.Numbers(String _, double[] values) ->
          Double.isNaN(values[row]) ? "missing" : Double.toString(values[row] + 0.0);
      case Frame.Categories texts -> text(texts, row);
    };
  }

  private static boolean isClose(String told, String expected) {
    if (told.equals("missing") || expected.equals("missing") || told.startsWith("'")) {
      return false;
    }
    double number = Double.parseDouble(expected);
    return Math.abs(Double.parseDouble(told) - number) <= CLOSE * Math.max(1, Math.abs(number));
  }

  private static String text(Frame.Categories column, int row) {
    return column.codes()[row] < 0
        ? "missing"
        : "'" + column.levels().get(column.codes()[row]) + "'";
  }

  /** Whether both have to come to the same bits. */
  private static boolean isExact(String expression) {
    return approximations(expression) == 0;
  }

  private static long approximations(String expression) {
    return APPROXIMATE.matcher(expression).results().count();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void random_expressionsOfEveryFunction_areWhatDuckDbSays(int depth) {
    RandomExpressions expressions = new RandomExpressions(depth);
    Set<String> called = new TreeSet<>();
    for (int round = 0; round < 60; round++) {
      List<Kind> kinds = new ArrayList<>();
      List<String> some = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        Kind kind = List.of(Kind.NUMBER, Kind.NUMBER, Kind.TRUTH, Kind.TEXT).get(i % 4);
        String one = expressions.of(kind, depth);
        // One in another would make more of the difference.
        if (isExact(one) || (approximations(one) == 1 && !JUMPS.matcher(one).find())) {
          kinds.add(kind);
          some.add(one);
          called.addAll(words(one));
        }
      }
      compare(kinds, some);
    }
    if (depth == 3) {
      Set<String> left = new HashSet<>(RowFunctions.names());
      left.removeAll(called);
      assertThat(left).as("functions that nothing was compared of").isEmpty();
    }
  }

  private static List<String> words(String expression) {
    return List.of(expression.toLowerCase(Locale.ROOT).split("[^a-z_0-9]+"));
  }

  /** Operators bind as in SQL. */
  @Test
  void precedence_isThatOfSql() {
    List<String> numbers =
        List.of(
            "1 + x * y - -x",
            "-x * y",
            "- - x",
            "x - y - 1",
            "8 / 2 / 2 + x",
            "7 % 4 % 2 + x",
            "x * -y",
            "case when not flag and flag or flag then 1 else 0 end",
            "+x",
            "(x)",
            "1e-3*x",
            ".5*x",
            "x--comment\n+y",
            "x/*a /* b */ c*/+y",
            "case when x=y is null then 1 end");
    List<String> truths =
        List.of(
            "not x = y",
            "not x is null",
            "x = y and y = x or flag",
            "flag or flag and not flag",
            "x between y and 3 and flag",
            "x + 1 > y * 2",
            "word || 'a' = 'fasta'",
            "x is not null or flag",
            "x not between 0 and 1 or x not in (1, 2, null)");
    compare(Collections.nCopies(numbers.size(), Kind.NUMBER), numbers);
    compare(Collections.nCopies(truths.size(), Kind.TRUTH), truths);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ln(x)",
        "ln(-x)",
        "log(x)",
        "sqrt(x)",
        "1 / x",
        "x / 0",
        "x % 0",
        "pow(x, -1)",
        "exp(abs(x) * 1000)",
        "x * 1e308 * 10",
        "0 / x",
        "mod(1, y)",
        "power(x, 0.5)"
      })
  void noFiniteValue_isRefusedWithTheValue_whereDuckDbHasNone(String expression) {
    assertThatThrownBy(() -> transform(List.of(expression)).apply(rows))
        .isInstanceOfSatisfying(
            HeadraceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(LearnError.LEARN_NOT_FINITE);
              assertThat(e).hasMessageStartingWith("Cannot compute feature 'f0' as " + expression);
              assertThat(e).hasMessageEndingWith(" has no finite value.");
              assertThat(e.hint()).contains("null is missing");
            });
    // An error, infinity, or NaN of what is not NaN.
    String sql =
        "select count(*) filter (not isfinite(cast((%s) as double))) as n from t where x is not null"
            .formatted(expression);
    double found;
    try {
      Frame there = FrameReader.read(engine, Query.of(sql, Map.of("t", table)), Watch.none());
      found = ((Frame.Numbers) there.columns().getFirst()).values()[0];
    } catch (HeadraceException e) {
      found = 1;
    }
    assertThat(found).as(expression).isPositive();
  }

  @Test
  void whatIsNotChosen_isNotComputed() {
    compare(
        List.of(Kind.NUMBER, Kind.NUMBER, Kind.NUMBER),
        List.of(
            "case when x > 0 then ln(x) end",
            "if(x = 0, null, 1 / x)",
            "coalesce(1, 1 / (y - y))"));
  }
}
