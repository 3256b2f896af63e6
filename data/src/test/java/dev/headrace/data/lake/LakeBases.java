package dev.headrace.data.lake;

import static dev.headrace.data.lake.LakeBench.base;
import static dev.headrace.data.lake.LakeBench.code;
import static dev.headrace.spi.schema.Type.Primitive.DATE;
import static dev.headrace.spi.schema.Type.Primitive.LONG;
import static dev.headrace.spi.schema.Type.Primitive.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** The snapshot a commit stands on, and what lies beside it. */
interface LakeBases extends LakeBench {

  @Test
  default void commit_leavesUnpublishedSnapshotsBehind() {
    Snapshot published = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema wider =
        new Schema(
            List.of(
                Field.unassigned("id", LONG),
                Field.unassigned("name", STRING),
                Field.unassigned("oops", DATE)));
    // Killed between commit and publication: the ledger still names the first snapshot.
    append(
        ORDERS, base(published), wider, "select 2 as id, 'b' as name, date '2024-01-01' as oops");

    Snapshot redone = append(ORDERS, base(published), ID_NAME, "select 2 as id, 'b' as name");

    assertThat(redone.base()).contains(published.snapshotId());
    assertThat(redone.schema()).isEqualTo(published.schema());
    assertThat(read(redone)).containsExactly(List.of(1, "a"), List.of(2, "b"));
    assertThat(redone.rows()).isEqualTo(2);
  }

  @Test
  default void commit_withoutBaseStartsFromNoRow() {
    append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema other = new Schema(List.of(Field.unassigned("id", STRING)));

    Snapshot redone = append(ORDERS, NOTHING, other, "select 'x' as id");

    assertThat(read(redone)).containsExactly(List.of("x"));
    assertThat(redone.base()).isEmpty();
    assertThat(redone.rows()).isEqualTo(1);
    assertThat(redone.files()).isEqualTo(1);
  }

  @Test
  default void commit_withALayoutOverAnotherColumn_givesItsPartitionsAnotherId() {
    Schema first = new Schema(List.of(new Field(1, "at", DATE)));
    Schema second = new Schema(List.of(new Field(2, "at", DATE)));
    Layout byDay = Layout.byDayOf("at");
    for (Schema schema : List.of(first, second, first, second)) {
      commit(ORDERS, NOTHING, schema, byDay, new Change.Replace(List.of()));
    }

    Table table =
        new BaseTable(
            new StaticTableOperations(
                lake().iceberg().metadata(ORDERS).orElseThrow().metadataFileLocation(),
                lake().iceberg().io()),
            "orders");
    assertThat(table.specs().values().stream().flatMap(spec -> spec.fields().stream()))
        .extracting(PartitionField::name, PartitionField::fieldId, PartitionField::sourceId)
        .containsExactlyInAnyOrder(tuple("at_day", 1000, 1), tuple("at_day_1001", 1001, 2));
    // Readers such as Spark's ask for it, and an id that means two things is an error there.
    assertThat(Partitioning.partitionType(table).fields())
        .extracting(Types.NestedField::name)
        .containsExactly("at_day_1001");
  }

  @Test
  default void commit_withoutBaseMayChooseTheLayoutAnew() {
    append(ORDERS, NOTHING, EVENTS, "select timestamp '2024-05-01' as ts, 1 as n");
    Snapshot redone =
        events(NOTHING, Change.Append::new, "select timestamp '2024-05-02' as ts, 2 as n");
    assertThat(column(redone, "n")).containsExactly(2);
    assertThatThrownBy(
            () ->
                append(ORDERS, base(redone), EVENTS, "select timestamp '2024-05-01' as ts, 1 as n"))
        .satisfies(code(LakeError.LAKE_LAYOUT_CONFLICT));
  }

  /** As another environment, a rollback or a killed run leaves it. */
  @Test
  default void commit_onAnOlderBase_goesByTheDaysOfThatBase() {
    Snapshot first =
        events(NOTHING, Change.Append::new, "select timestamp '2024-05-01' as ts, 1 as n");
    events(NOTHING, Change.Replace::new, "select timestamp '2024-05-02' as ts, 2 as n");

    Snapshot next =
        events(base(first), Change.Append::new, "select timestamp '2024-05-03' as ts, 3 as n");

    assertThat(column(next, "n")).containsExactlyInAnyOrder(1, 3);
    assertThat(column(first, "n")).containsExactly(1);
  }

  @Test
  default void commit_onABaseThatIsNotThereIsMissing() {
    assertThatThrownBy(
            () ->
                commit(
                    ORDERS, Optional.of(5L), ID_NAME, Layout.whole(), new Change.Append(List.of())))
        .satisfies(code(LakeError.LAKE_SNAPSHOT_MISSING));
    append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    assertThatThrownBy(() -> lake().assignIds(ORDERS, Optional.of(5L), ID_NAME, Evolution.WIDEN))
        .satisfies(code(LakeError.LAKE_SNAPSHOT_MISSING));
    assertThatThrownBy(() -> lake().scan(ORDERS, 5L))
        .satisfies(code(LakeError.LAKE_SNAPSHOT_MISSING));
    assertThatThrownBy(() -> lake().scan(new VersionId("orders", "ffffffffffff"), 5L))
        .satisfies(code(LakeError.LAKE_VERSION_MISSING));
  }

  @Test
  default void commit_ofManyWritersAtOnceKeepsEverySnapshotReadable() throws Exception {
    Snapshot base = append(ORDERS, NOTHING, ID_NAME, "select 0 as id, 'a' as name");
    int writers = 4;
    CyclicBarrier start = new CyclicBarrier(writers);
    List<List<WrittenFile>> files = new ArrayList<>();
    Schema ids = lake().assignIds(ORDERS, base(base), ID_NAME, Evolution.WIDEN);
    for (int i = 1; i <= writers; i++) {
      files.add(
          duck()
              .write(lake().stagingDirectory(ORDERS), ids, "select " + i + " as id, 'w' as name"));
    }
    try (var pool = Executors.newFixedThreadPool(writers)) {
      List<Callable<Snapshot>> tasks =
          files.stream()
              .<Callable<Snapshot>>map(
                  added ->
                      () -> {
                        // A lake of its own, as another process would have.
                        try (Lake own = Lake.open(config(directory()))) {
                          start.await();
                          return own.commit(
                              new Commit(
                                  ORDERS,
                                  base(base),
                                  ids,
                                  Layout.whole(),
                                  new Change.Append(added),
                                  Map.of()));
                        }
                      })
              .toList();
      for (var future : pool.invokeAll(tasks)) {
        Snapshot snapshot = future.get();
        assertThat(snapshot.base()).contains(base.snapshotId());
        assertThat(snapshot.rows()).isEqualTo(2);
        assertThat(read(snapshot)).hasSize(2).contains(List.of(0, "a"));
      }
    }
    assertThat(lake().snapshots(ORDERS)).hasSize(1 + writers);
  }
}
