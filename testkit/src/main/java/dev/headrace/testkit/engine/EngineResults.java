package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Results of no row and of many, limits of memory, and queries that are cancelled. */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineResults extends EngineBench {
  // --- empty, many ---

  @Test
  default void read_tableWithoutFiles_isEmptyAndTyped() {
    Relation table = new Relation.Files(nested(), List.of(), 0);

    assertThat(rows("select * from t", Map.of("t", table))).isEmpty();
    assertThat(engine().describe(Query.of("select * from t", Map.of("t", table))).fields())
        .isEqualTo(withoutIds(nested()));
  }

  @Test
  default void write_noRow_writesNoFile() {
    Schema schema = new Schema(List.of(new Field(1, "id", Primitive.LONG)));

    assertThat(
            engine().write(query("select 1 as id where false"), target(schema, null), Watch.none()))
        .isEmpty();
    assertThat(
            engine()
                .write(
                    query("select timestamp '2024-01-01 00:00:00' as at where false"),
                    target(new Schema(List.of(new Field(1, "at", Primitive.TIMESTAMP))), "at"),
                    Watch.none()))
        .isEmpty();
    assertThat(filesIn(lake())).isEmpty();
  }

  @Test
  default void execute_closedEarly_leavesTheEngineUsable() {
    try (Rows rows =
        engine().execute(query("select range from range(10000000) as r(range)"), Watch.none())) {
      assertThat(rows.next()).containsExactly(0L);
    }
    assertThat(rows("select 1", Map.of())).containsExactly(List.of(1));
  }

  @Test
  default void execute_manyRows_streamsAllOfThemInOrder() {
    long expected = 0;
    try (Rows rows =
        engine()
            .execute(
                query("select range from range(1000000) as r(range) order by range"),
                Watch.none())) {
      for (List<Object> row = rows.next(); row != null; row = rows.next()) {
        assertThat(row.getFirst()).isEqualTo(expected);
        expected++;
      }
    }
    assertThat(expected).isEqualTo(1_000_000);
  }

  // --- cancel ---

  @Test
  default void execute_cancelled_endsWithinTwoSeconds() throws Exception {
    assertCancels(
        watch -> {
          try (Rows rows = engine().execute(query(slowSql()), watch)) {
            while (rows.next() != null) {}
          }
          return null;
        });
  }

  @Test
  default void write_cancelled_endsWithinTwoSecondsAndLeavesNoFile() throws Exception {
    Schema schema = engine().describe(query(slowSql()));
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      fields.add(new Field(fields.size() + 1, field.name(), field.type()));
    }
    assertCancels(
        watch -> engine().write(query(slowSql()), target(new Schema(fields), null), watch));
    assertThat(filesIn(lake())).isEmpty();
  }

  @Test
  default void execute_cancelledBefore_doesNotBegin() {
    Watch watch = Watch.none();
    watch.cancel();
    assertThatThrownBy(() -> engine().execute(query("select 1"), watch))
        .isInstanceOf(CancellationException.class);
  }

  // --- limits ---

  @Test
  default void write_sortLargerThanTheMemoryLimit_spills() {
    Schema schema =
        new Schema(
            List.of(new Field(1, "id", Primitive.LONG), new Field(2, "text", Primitive.STRING)));
    try (SqlEngine small = openEngine(lake(), 96L << 20)) {
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
}
