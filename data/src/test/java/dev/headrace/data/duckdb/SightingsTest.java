package dev.headrace.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SightingsTest {
  private static final Schema MAILS =
      new Schema(
          List.of(
              new Field(1, "id", Primitive.LONG),
              new Field(2, "e \"mail", Primitive.STRING),
              new Field(3, "at", Primitive.TIMESTAMP)));
  private static final String MANY =
      "select id, 'u' || id || '@x' as \"e \"\"mail\","
          + " timestamp '2026-01-01' + to_hours(cast(id // 10000 as int)) as at"
          + " from range(700000) as r(id)";
  private static final String NO_AT = "not (\"e \"\"mail\" like '_%@_%')";
  private static final String ONE = "\"e \"\"mail\" = 'u654321@x'";

  @TempDir Path directory;
  private DuckDbEngine engine;
  private int writes;

  @BeforeEach
  void open() {
    engine =
        DuckDbEngine.open(
            EngineConfig.defaults(directory.resolve("spill"), List.of(directory)).withThreads(2));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void write_tellsWhichConditionsNoRowMeets() {
    List<WrittenFile> files = write(MANY, Optional.empty(), NO_AT, ONE, "id < 0", "id is null");

    assertThat(files).isNotEmpty();
    assertThat(files)
        .allSatisfy(
            file ->
                assertThat(file.freeOf()).containsExactlyInAnyOrder(NO_AT, "id < 0", "id is null"));
    assertThat(rows("select count(*), count(distinct id), sum(id) from t", files))
        .containsExactly(List.of(700_000L, 700_000L, "244999650000"));
  }

  @Test
  void write_splitByDay_looksForThemInEveryDay() {
    List<WrittenFile> files = write(MANY, Optional.of("at"), NO_AT, ONE);

    assertThat(files).hasSize(3);
    // Of the write as a whole: which day has the one row is not told.
    assertThat(files).allSatisfy(file -> assertThat(file.freeOf()).containsExactly(NO_AT));
    assertThat(rows("select count(*) from t", files)).containsExactly(List.of(700_000L));
  }

  @Test
  void write_nullMeetsNoPattern() {
    List<WrittenFile> files =
        write("select 1 as id, null as \"e \"\"mail\", null as at", Optional.empty(), NO_AT);

    assertThat(files.getFirst().freeOf()).containsExactly(NO_AT);
  }

  /** A file keeps no collation: conditions are asked of texts as readers will see them. */
  @Test
  void write_ofTextsWithACollation_comparesThemAsTheFileWill() {
    String upper = "not (\"e \"\"mail\" like 'U%')";

    for (String collation : List.of("nocase", "noaccent", "nocase.noaccent")) {
      List<WrittenFile> files =
          write(
              "select id, lower(\"e \"\"mail\" collate "
                  + collation
                  + ") as \"e \"\"mail\", \"at\" from ("
                  + MANY
                  + ")",
              Optional.empty(),
              upper,
              NO_AT);

      assertThat(files.getFirst().freeOf()).as(collation).containsExactly(NO_AT);
      assertThat(rows("select count(*) from t where " + upper, files))
          .containsExactly(List.of(700_000L));
    }
  }

  @Test
  void write_looksForRegularExpressions() {
    String strange = "not (regexp_full_match(\"e \"\"mail\", 'u[0-9]+@x', 's'))";
    String tooShort = "not (regexp_full_match(\"e \"\"mail\", 'u[0-9]{1,5}@x', 's'))";

    assertThat(write(MANY, Optional.empty(), strange, tooShort))
        .allSatisfy(file -> assertThat(file.freeOf()).containsExactly(strange));
  }

  @Test
  void write_conditionThatCannotBeEvaluated_isNotLookedForAndStopsNothing() {
    String noExpression = "regexp_full_match(\"e \"\"mail\", '(', 's')";
    String noColumn = "nobody = 1";
    String noSql = "from where";

    List<WrittenFile> files = write(MANY, Optional.empty(), noExpression, noColumn, noSql, NO_AT);

    assertThat(files.getFirst().freeOf()).containsExactly(NO_AT);
    assertThat(rows("select count(*) from t", files)).containsExactly(List.of(700_000L));
  }

  @Test
  void write_ofItsOwnWithoutConditions_knowsNothing() {
    write(MANY, Optional.empty(), ONE);

    assertThat(write(MANY, Optional.empty()))
        .allSatisfy(file -> assertThat(file.freeOf()).isEmpty());
  }

  @Test
  void write_thatFails_leavesTheNextOneAlone() {
    assertThatThrownBy(
            () ->
                write(
                    "select id, \"e \"\"mail\", case when id = 500000 then cast(\"e \"\"mail\" as"
                        + " timestamp) end as at from ("
                        + MANY
                        + ")",
                    Optional.empty(),
                    ONE))
        .isInstanceOf(HeadraceException.class);

    assertThat(write(MANY + " where id < 10", Optional.empty(), ONE).getFirst().freeOf())
        .containsExactly(ONE);
  }

  /** DuckDB puts row groups of a large result in any order, but not the rows within one. */
  @Test
  void write_keepsTheOrderOfRowsWithinARowGroup() {
    List<WrittenFile> files =
        write(MANY + " order by hash(id)", Optional.empty(), NO_AT, ONE, "id is null");

    assertThat(
            rows(
                "select count(*) < 6 from (select hash(id) as h, lag(hash(id)) over () as before"
                    + " from t) where before > h",
                files))
        .containsExactly(List.of("true"));
  }

  /** Against the count of rows that meet each condition in what was written. */
  @Test
  void write_manyAtOnceOfRandomRows_agreeWithTheCount() throws Exception {
    Random random = new Random(20261123);
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      int rows = 1 + random.nextInt(300_000);
      List<String> conditions = new ArrayList<>();
      for (int c = random.nextInt(4); c >= 0; c--) {
        conditions.add("id % " + (1 + random.nextInt(2 * rows)) + " = " + random.nextInt(3 * rows));
      }
      Set<String> distinct = Set.copyOf(conditions);
      tasks.add(
          () -> {
            List<WrittenFile> files =
                write(
                    MANY + " where id < " + rows,
                    Optional.empty(),
                    distinct.toArray(String[]::new));
            for (String condition : distinct) {
              boolean none =
                  rows("select count(*) from t where " + condition, files)
                      .equals(List.of(List.of(0L)));
              assertThat(files.getFirst().freeOf().contains(condition))
                  .as(condition)
                  .isEqualTo(none);
            }
            return true;
          });
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> task : executor.invokeAll(tasks)) {
        assertThat(task.get()).isTrue();
      }
    }
  }

  private List<WrittenFile> write(String sql, Optional<String> splitByDayOf, String... lookFor) {
    String prefix;
    synchronized (this) {
      prefix = "w" + writes++;
    }
    return engine.write(
        Query.of(sql, Map.of()),
        new WriteTarget(directory, prefix, MAILS, splitByDayOf).lookingFor(List.of(lookFor)),
        Watch.none());
  }

  private List<List<Object>> rows(String sql, List<WrittenFile> files) {
    Relation table = new Relation.Files(MAILS, files.stream().map(WrittenFile::path).toList(), 0);
    List<List<Object>> all = new ArrayList<>();
    try (Rows rows = engine.execute(Query.of(sql, Map.of("t", table)), Watch.none())) {
      for (var row = rows.next(); row != null; row = rows.next()) {
        all.add(
            List.copyOf(row.stream().map(v -> v instanceof Long ? v : String.valueOf(v)).toList()));
      }
    }
    return all;
  }
}
