package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters, views, names, and many queries at once. */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineQueries extends EngineBench {
  // --- parameters ---

  @Test
  default void execute_parameters_areValuesNotText() {
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
  default void execute_parameterWithoutValue_isRefusedByName() {
    assertThatThrownBy(() -> all(query("select $missing")))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("$missing");
  }

  @Test
  default void write_parameters_areBound() {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    List<WrittenFile> files =
        engine()
            .write(
                new Query(
                    "select range as x from range(10) as r(range) where range >= $low and range <"
                        + " $high",
                    Map.of(),
                    Map.of("low", 3L, "high", 7L)),
                target(schema, null),
                Watch.none());
    assertThat(files.getFirst().rows()).isEqualTo(4);
  }

  // --- counting by bits ---

  @ParameterizedTest
  @ValueSource(longs = {0, -70, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE - 99})
  default void countDistinctByBits_whereThereIsOne_equalsCountDistinct(long least) {
    Schema schema =
        new Schema(List.of(new Field(1, "n", Primitive.LONG), new Field(2, "i", Primitive.LONG)));
    // Every third number of a hundred, some of them twice, and nulls among them.
    Relation table =
        table(
            schema,
            "select case when range %% 7 = 0 then null else cast('%d' as bigint) + range * 3 %% 100 end as n,"
                    .formatted(least)
                + " range as i from range(60) as r(range)");
    engine()
        .countDistinctByBits("n", least, least + 99)
        .ifPresent(
            bits -> {
              for (String where : List.of("true", "i < 30", "i < 0")) {
                List<Object> counts =
                    rows(
                            "select count(distinct n), coalesce("
                                + bits
                                + ", 0) from t where "
                                + where,
                            Map.of("t", table))
                        .getFirst();
                assertThat(counts.get(1)).as(where).isEqualTo(counts.get(0));
              }
            });
  }

  @Test
  default void countDistinctByBits_moreNumbersThanThereIsRoomFor_isNotOffered() {
    assertThat(engine().countDistinctByBits("n", Long.MIN_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(engine().countDistinctByBits("n", -1, Long.MAX_VALUE)).isEmpty();
    assertThat(engine().countDistinctByBits("n", 0, 1L << 50)).isEmpty();
  }

  // --- views ---

  @Test
  default void execute_viewsOfViews_eachWithItsOwnNamesAndParameters() {
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
  default void execute_deepDiamondOfViews_staysLinear() {
    Relation level = new Relation.View(Query.of("select 1 as x", Map.of()));
    for (int i = 0; i < 12; i++) {
      level =
          new Relation.View(
              Query.of("select a.x from v a join v b on a.x = b.x", Map.of("v", level)));
    }
    assertThat(rows("select count(*) from v", Map.of("v", level))).containsExactly(List.of(1L));
  }

  @Test
  default void execute_ctesShadowRelations() {
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

  // --- names ---

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
  default void anyName_ofTableAndColumns_isJustAName(String name) {
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
        engine()
            .write(
                Query.of("select s, " + quoted + " from src", Map.of("src", source)),
                target(schema, null),
                Watch.none());
    assertThat(files.getFirst().columns().keySet()).containsExactlyInAnyOrder(1, 3);
    Relation table = new Relation.Files(schema, files.stream().map(WrittenFile::path).toList(), 1);

    Query query =
        Query.of(
            "select " + quoted + ", s from " + quoted,
            Map.of(name.toLowerCase(java.util.Locale.ROOT), table));

    assertThat(engine().describe(query).names()).containsExactly(name, "s");
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

  // --- concurrency ---

  @Test
  default void manyQueriesAtOnce_doNotSeeEachOther() throws Exception {
    Schema schema = new Schema(List.of(new Field(1, "x", Primitive.LONG)));
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int n = i;
        tasks.add(
            () -> {
              List<WrittenFile> files =
                  engine()
                      .write(
                          query("select " + n + " as x from range(" + (n + 1) + ") as r(range)"),
                          new WriteTarget(lake(), "w" + n, schema, Optional.empty()),
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
}
