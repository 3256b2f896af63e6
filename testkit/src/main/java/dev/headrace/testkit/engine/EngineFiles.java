package dev.headrace.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.engine.WrittenFile.ColumnMetrics;
import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The files that are written: what is told of them, how they are divided, what goes where. */
@NullUnmarked // As in all tests, a null where none belongs is a failure, not a case to handle.
interface EngineFiles extends EngineBench {
  // --- conditions that are looked for ---

  @Test
  default void write_lookingForConditions_writesAllRowsAndClaimsNothingThatIsNotSo() {
    Schema schema =
        new Schema(
            List.of(new Field(1, "id", Primitive.LONG), new Field(2, "name", Primitive.STRING)));
    String oneRow = "id = 4999";
    String noRow = "id < 0";
    String unknown = "name is null"; // True of some rows, and null of none.
    String broken = "regexp_full_match(name, '(', 's')";
    List<WrittenFile> files =
        engine()
            .write(
                query(
                    "select range as id, case when range > 7 then 'n' || range end as name"
                        + " from range(5000) as r(range)"),
                target(schema, null).lookingFor(List.of(oneRow, noRow, unknown, broken)),
                Watch.none());

    assertThat(files).isNotEmpty();
    assertThat(files).allSatisfy(file -> assertThat(file.freeOf()).isSubsetOf(noRow));
    assertThat(files.stream().mapToLong(WrittenFile::rows).sum()).isEqualTo(5000);
  }

  // --- metrics ---

  @Test
  default void write_metrics_equalBruteForce() {
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
    List<WrittenFile> files = engine().write(query(sql), target(schema, null), Watch.none());

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
  default void write_longStrings_boundsAreBounds() {
    Schema schema = new Schema(List.of(new Field(1, "s", Primitive.STRING)));
    WrittenFile file =
        engine()
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

  // --- days ---

  @Test
  default void write_splitByDay_everyFileHoldsOneUtcDay() {
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
    List<WrittenFile> files = engine().write(query(sql), target(schema, "seen"), Watch.none());

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
    assertThat(filesIn(lake())).hasSize(files.size());
  }

  @Test
  default void write_splitByDayOverManyDays_losesNoRow() {
    Schema schema =
        new Schema(List.of(new Field(1, "id", Primitive.LONG), new Field(2, "d", Primitive.DATE)));
    String sql =
        "select range as id, date '2020-01-01' + cast(range * 7919 % 1000 as integer) as d"
            + " from range(200000) as r(range)";
    List<WrittenFile> files = engine().write(query(sql), target(schema, "d"), Watch.none());

    assertThat(files.stream().map(WrittenFile::day).distinct()).hasSize(1000);
    assertThat(files.stream().mapToLong(WrittenFile::rows).sum()).isEqualTo(200_000);
    Relation table =
        new Relation.Files(schema, files.stream().map(WrittenFile::path).toList(), 200_000);
    assertThat(
            rows("select count(distinct id), cast(sum(id) as bigint) from t", Map.of("t", table))
                .getFirst())
        .containsExactly(200_000L, 19_999_900_000L);
  }

  // --- casts ---

  @Test
  default void write_columnsInAnyOrderAndCase_goByName() {
    Schema schema =
        new Schema(
            List.of(new Field(1, "Total", Primitive.DOUBLE), new Field(2, "id", Primitive.LONG)));
    Relation table = table(schema, "select 7 as ID, 2.5 as total");

    assertThat(rows("select id, \"Total\" from t", Map.of("t", table)))
        .containsExactly(List.of(7L, 2.5));
  }

  @Test
  default void write_valueThatDoesNotFit_namesColumnAndValueAndLeavesNoFile() {
    Schema schema =
        new Schema(List.of(new Field(1, "id", Primitive.LONG), new Field(2, "n", Primitive.INT)));

    assertThatThrownBy(
            () ->
                engine()
                    .write(
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
    assertThat(filesIn(lake())).isEmpty();
  }

  @Test
  default void write_missingOrSurplusColumn_isRefusedByName() {
    Schema schema =
        new Schema(List.of(new Field(1, "id", Primitive.LONG), new Field(2, "n", Primitive.INT)));

    assertThatThrownBy(
            () -> engine().write(query("select 1 as id"), target(schema, null), Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'n'");
    assertThatThrownBy(
            () ->
                engine()
                    .write(
                        query("select 1 as id, 2 as n, 3 as extra"),
                        target(schema, null),
                        Watch.none()))
        .isInstanceOf(HeadraceException.class)
        .hasMessageContaining("'extra'");
    assertThat(filesIn(lake())).isEmpty();
  }
}
