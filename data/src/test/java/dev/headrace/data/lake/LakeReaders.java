package dev.headrace.data.lake;

import static dev.headrace.data.lake.LakeBench.base;
import static dev.headrace.data.lake.LakeBench.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;

/** Whoever else reads the files, and places that cannot be written. */
interface LakeReaders extends LakeBench {

  @Test
  default void stockIcebergSeesTheSameFilesAndRows() throws Exception {
    Snapshot first =
        events(
            NOTHING,
            Change.Append::new,
            "select timestamp '2024-05-01' + to_days(i::int) as ts, i::int as n from range(5) r(i)");
    LocalDate from = LocalDate.parse("2024-05-02");
    Snapshot second =
        events(
            base(first),
            added -> new Change.ReplaceDays(from, from.plusDays(1), added),
            "select timestamp '2024-05-02' as ts, i::int as n from range(3) r(i)");

    try (Stock stock = stock(ORDERS);
        CloseableIterable<FileScanTask> tasks = stock.table().newScan().planFiles()) {
      List<String> paths = new ArrayList<>();
      long rows = 0;
      for (FileScanTask task : tasks) {
        assertThat(task.deletes()).isEmpty();
        paths.add(task.file().location());
        rows += task.file().recordCount();
      }
      assertThat(paths).containsExactlyInAnyOrderElementsOf(scan(second).files());
      assertThat(rows).isEqualTo(scan(second).rows()).isEqualTo(second.rows()).isEqualTo(7);
      assertThat(stock.table().properties()).containsEntry("write.delete.mode", "copy-on-write");
      assertThat(((HasTableOperations) stock.table()).operations().current().formatVersion())
          .isEqualTo(2);
    }
  }

  @Test
  default void scan_understandsFileUris() {
    Schema ids = lake().assignIds(ORDERS, NOTHING, ID_NAME, Evolution.WIDEN);
    WrittenFile file =
        duck()
            .write(lake().stagingDirectory(ORDERS), ids, "select 1 as id, 'a' as name")
            .getFirst();
    WrittenFile byUri =
        new WrittenFile(
            "file://" + file.path(), file.rows(), file.sizeBytes(), file.columns(), file.day());
    Snapshot snapshot =
        commit(ORDERS, NOTHING, ids, Layout.whole(), new Change.Append(List.of(byUri)));
    assertThat(scan(snapshot).files()).containsExactly(file.path());
  }

  @Test
  default void commit_survivesALossOfPowerIfAsked() throws Exception {
    Path other = directory().resolve("other");
    try (Lake durable =
        Lake.open(new LakeConfig(other, config(other).catalog(), Durability.POWER))) {
      Schema ids = durable.assignIds(ORDERS, NOTHING, ID_NAME, Evolution.WIDEN);
      Snapshot snapshot =
          durable.commit(
              new Commit(
                  ORDERS,
                  NOTHING,
                  ids,
                  Layout.whole(),
                  new Change.Append(
                      duck()
                          .write(
                              durable.stagingDirectory(ORDERS),
                              ids,
                              "select 1 as id, 'a' as name")),
                  Map.of("run", "7")));
      assertThat(durable.scan(ORDERS, snapshot.snapshotId()).rows()).isEqualTo(1);
      assertThat(snapshot.summary()).containsEntry("run", "7");
    }
    try (Lake again = Lake.open(config(other))) {
      assertThat(again.snapshots(ORDERS)).hasSize(1);
    }
  }

  @Test
  default void open_inAPlaceThatCannotBeWrittenSaysSo() throws Exception {
    Path file = Files.writeString(directory().resolve("file"), "x");
    assertThatThrownBy(() -> Lake.open(config(file.resolve("lake"))))
        .satisfies(code(LakeError.LAKE_STORAGE))
        .hasMessageContaining(file.toString());
  }
}
