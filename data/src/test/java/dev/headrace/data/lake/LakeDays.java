package dev.headrace.data.lake;

import static dev.headrace.data.lake.LakeBench.base;
import static dev.headrace.data.lake.LakeBench.code;
import static dev.headrace.spi.schema.Type.Primitive.DATE;
import static dev.headrace.spi.schema.Type.Primitive.INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tables that lie by day. */
interface LakeDays extends LakeBench {

  @Test
  default void replaceDays_exchangesTheDaysAndKeepsTheOthersAndRowsWithoutTime() {
    Snapshot first =
        events(
            NOTHING,
            Change.Append::new,
            "select * from (values (timestamp '1969-12-31 23:59:59.999999', 1),"
                + " (timestamp '2024-05-01 00:00:00', 2), (timestamp '2024-05-02 12:00:00', 3),"
                + " (timestamp '2024-05-03 00:00:00', 4), (null, 5)) v(ts, n)");
    assertThat(first.files()).isEqualTo(5);
    LocalDate from = LocalDate.parse("2024-05-01");
    String redo =
        "select * from (values (timestamp '2024-05-01 23:59:59.999999', 20),"
            + " (timestamp '2024-05-02 00:00:00', 30)) v(ts, n)";

    Snapshot second =
        events(base(first), added -> new Change.ReplaceDays(from, from.plusDays(2), added), redo);
    Snapshot again =
        events(base(first), added -> new Change.ReplaceDays(from, from.plusDays(2), added), redo);

    assertThat(column(second, "n")).containsExactly(1, 4, 5, 20, 30);
    assertThat(column(again, "n")).containsExactly(1, 4, 5, 20, 30);
    assertThat(again.base()).contains(first.snapshotId());
    assertThat(column(first, "n")).containsExactly(1, 2, 3, 4, 5);
    Snapshot emptied =
        events(
            base(again),
            added -> new Change.ReplaceDays(from, from.plusDays(1), added),
            "select timestamp '2024-05-01' as ts, 1 as n where false");
    assertThat(column(emptied, "n")).containsExactly(1, 4, 5, 30);
  }

  @Test
  default void replaceDays_refusesRowsOutsideTheDays() {
    Snapshot first =
        events(NOTHING, Change.Append::new, "select timestamp '2024-05-01' as ts, 1 as n");
    LocalDate from = LocalDate.parse("2024-05-01");

    assertThatThrownBy(
            () ->
                events(
                    base(first),
                    added -> new Change.ReplaceDays(from, from.plusDays(1), added),
                    "select timestamp '2024-05-02' as ts, 1 as n"))
        .satisfies(code(LakeError.LAKE_INTERVAL_MISMATCH))
        .hasMessageContaining("of 2024-05-02");
    assertThatThrownBy(
            () ->
                events(
                    base(first),
                    added -> new Change.ReplaceDays(from, from.plusDays(1), added),
                    "select cast(null as timestamp) as ts, 1 as n"))
        .satisfies(code(LakeError.LAKE_INTERVAL_MISMATCH))
        .hasMessageContaining("without a time");
  }

  @Test
  default void replaceDays_worksForADateColumn() {
    Schema schema = new Schema(List.of(Field.unassigned("day", DATE), Field.unassigned("n", INT)));
    Layout layout = Layout.byDayOf("DAY");
    Schema ids = lake().assignIds(ORDERS, NOTHING, schema, Evolution.WIDEN);
    String rows = "select date '1960-02-29' + i::int as day, i as n from range(4) r(i)";
    Snapshot first =
        commit(
            ORDERS,
            NOTHING,
            ids,
            layout,
            new Change.Append(
                duck().writeByDay(lake().stagingDirectory(ORDERS), ids, rows, "day")));
    LocalDate from = LocalDate.parse("1960-03-01");

    Snapshot second =
        commit(
            ORDERS,
            base(first),
            ids,
            layout,
            new Change.ReplaceDays(from, from.plusDays(2), List.of()));

    assertThat(column(second, "n")).containsExactly(0, 3);
  }

  @Test
  default void commit_refusesFilesThatAreNotDividedAsTheLayoutSays() {
    Schema ids = lake().assignIds(ORDERS, NOTHING, EVENTS, Evolution.WIDEN);
    String twoDays =
        "select timestamp '2024-05-01' + to_days(i::int) as ts, 1 as n from range(2) r(i)";
    List<WrittenFile> mixed = duck().write(lake().stagingDirectory(ORDERS), ids, twoDays);
    WrittenFile file = mixed.getFirst();
    WrittenFile claimed =
        new WrittenFile(
            file.path(),
            file.rows(),
            file.sizeBytes(),
            file.columns(),
            Optional.of(LocalDate.parse("2024-05-01")));

    for (List<WrittenFile> files : List.of(mixed, List.of(claimed))) {
      assertThatThrownBy(
              () -> commit(ORDERS, NOTHING, ids, Layout.byDayOf("ts"), new Change.Append(files)))
          .satisfies(code(LakeError.LAKE_LAYOUT_CONFLICT));
    }
    assertThatThrownBy(
            () -> commit(ORDERS, NOTHING, ids, Layout.whole(), new Change.Append(List.of(claimed))))
        .satisfies(code(LakeError.LAKE_LAYOUT_CONFLICT));
    assertThatThrownBy(
            () -> commit(ORDERS, NOTHING, ids, Layout.byDayOf("n"), new Change.Append(mixed)))
        .satisfies(code(LakeError.LAKE_LAYOUT_CONFLICT))
        .hasMessageContaining("it is int");
  }

  @Test
  default void scan_ofDaysLeavesOutTheOtherFiles() {
    Snapshot snapshot =
        events(
            NOTHING,
            Change.Append::new,
            "select timestamp '2024-05-01 06:00:00' + to_days(i::int) as ts, i::int as n"
                + " from range(10) r(i)");
    LocalDate from = LocalDate.parse("2024-05-03");

    Relation.Files files =
        lake().scan(ORDERS, snapshot.snapshotId(), Between.days("TS", from, from.plusDays(3)));

    assertThat(files.files()).hasSize(3);
    assertThat(duck().query(files, "select min(n), max(n) from t")).hasToString("[[2, 4]]");
    assertThat(lake().files(ORDERS, snapshot.snapshotId()))
        .hasSize(10)
        .allSatisfy(
            file ->
                assertThat(file.columns().get(1).lower())
                    .isEqualTo(file.day().orElseThrow().atTime(6, 0)));
    assertThat(lake().files(ORDERS, snapshot.snapshotId()).getFirst().columns().get(1).lower())
        .isInstanceOf(LocalDateTime.class);
  }

  @Test
  default void scan_ofAnUnknownColumnNamesTheColumns() {
    Snapshot snapshot = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    assertThatThrownBy(
            () -> lake().scan(ORDERS, snapshot.snapshotId(), new Between("nome", "a", null)))
        .satisfies(code(LakeError.LAKE_COLUMN_MISSING));
  }
}
