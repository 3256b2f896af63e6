package dev.headrace.data.lake;

import static dev.headrace.data.lake.LakeBench.base;
import static dev.headrace.data.lake.LakeBench.code;
import static dev.headrace.spi.schema.Type.Primitive.INT;
import static dev.headrace.spi.schema.Type.Primitive.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which rows a commit leaves: appended, replaced, rewritten. */
interface LakeRows extends LakeBench {

  @Test
  default void commit_createsTheVersionWithItsFirstRowsInOneCommit() throws Exception {
    Snapshot snapshot = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");

    assertThat(read(snapshot)).containsExactly(List.of(1, "a"));
    assertThat(snapshot.rows()).isEqualTo(1);
    assertThat(snapshot.files()).isEqualTo(1);
    assertThat(snapshot.base()).isEmpty();
    try (var metadata = Files.list(directory().resolve(ORDERS + "/metadata"))) {
      assertThat(metadata.filter(path -> path.toString().endsWith(".metadata.json"))).hasSize(1);
    }
    assertThat(lake().versions()).containsExactly(ORDERS);
  }

  @Test
  default void commit_ofNoFilesGivesAnEmptySnapshot() {
    Schema schema = lake().assignIds(ORDERS, NOTHING, ID_NAME, Evolution.WIDEN);
    Snapshot empty = commit(ORDERS, NOTHING, schema, Layout.whole(), new Change.Append(List.of()));

    Relation.Files files = lake().scan(ORDERS, empty.snapshotId());
    assertThat(files.files()).isEmpty();
    assertThat(files.rows()).isZero();
    assertThat(files.schema()).isEqualTo(schema);
    assertThat(empty.rows()).isZero();
  }

  @Test
  default void append_keepsWhatIsThereAndTheOldSnapshotStaysReadable() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot second = append(ORDERS, base(first), ID_NAME, "select 2 as id, 'b' as name");

    assertThat(read(second)).containsExactly(List.of(1, "a"), List.of(2, "b"));
    assertThat(read(first)).containsExactly(List.of(1, "a"));
    assertThat(second.rows()).isEqualTo(2);
    assertThat(second.addedRows()).isEqualTo(1);
    assertThat(second.base()).contains(first.snapshotId());
    assertThat(lake().snapshots(ORDERS))
        .extracting(Snapshot::snapshotId)
        .containsExactly(first.snapshotId(), second.snapshotId());
    assertThat(lake().snapshot(ORDERS, first.snapshotId())).isEqualTo(first);
  }

  @Test
  default void scan_ofWhatWasJustCommittedIsWhatAnotherReaderFinds() {
    Snapshot created = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot appended = append(ORDERS, base(created), ID_NAME, "select 2 as id, 'b' as name");
    Schema schema = lake().assignIds(ORDERS, base(appended), ID_NAME, Evolution.REPLACE);
    Snapshot emptied =
        commit(ORDERS, base(appended), schema, Layout.whole(), new Change.Replace(List.of()));

    try (Lake other = Lake.open(config(directory()))) {
      for (Snapshot snapshot : List.of(created, appended, emptied)) {
        assertThat(lake().scan(ORDERS, snapshot.snapshotId()))
            .isEqualTo(other.scan(ORDERS, snapshot.snapshotId()))
            .isEqualTo(lake().scan(ORDERS, snapshot.snapshotId()));
      }
    }
  }

  @Test
  default void append_thatMergesManifestsLeavesNoFileThatNoSnapshotNeeds() {
    Set<Pin> pins = new HashSet<>();
    Optional<Long> base = NOTHING;
    for (int i = 0; i < 40; i++) {
      Snapshot next = append(ORDERS, base, ID_NAME, "select " + i + " as id, 'x' as name");
      base = base(next);
      pins.add(new Pin(ORDERS, next.snapshotId()));
    }

    SweepPlan plan = lake().planSweep(pins, Instant.now().plusSeconds(60));

    assertThat(plan.orphans()).isEmpty();
    assertThat(plan.expired()).isEmpty();
  }

  @Test
  default void append_manyTimesMergesManifestsAndLosesNothing() {
    Snapshot last = null;
    for (int i = 0; i < 120; i++) {
      last =
          append(
              ORDERS,
              Optional.ofNullable(last).map(Snapshot::snapshotId),
              ID_NAME,
              "select " + i + " as id, 'x' as name");
    }
    assertThat(duck().query(scan(last), "select count(*), sum(id), count(distinct id) from t"))
        .hasToString("[[120, 7140, 120]]");
    assertThat(last.files()).isEqualTo(120);
    try (Stock table = stock(ORDERS)) {
      assertThat(table.table().currentSnapshot().allManifests(table.table().io()).size())
          .isLessThan(60);
    }
  }

  @Test
  default void replace_leavesOnlyTheNewRows() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot second =
        commit(
            ORDERS,
            base(first),
            ID_NAME,
            Evolution.REPLACE,
            Change.Replace::new,
            "select 9 as id, 'z' as name");

    assertThat(read(second)).containsExactly(List.of(9, "z"));
    assertThat(read(first)).containsExactly(List.of(1, "a"));
    assertThat(second.rows()).isEqualTo(1);
    assertThat(second.files()).isEqualTo(1);
  }

  @Test
  default void replace_mayDropAndRetypeColumns() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema wanted =
        new Schema(List.of(Field.unassigned("ID", STRING), Field.unassigned("extra", INT)));
    Snapshot second =
        commit(
            ORDERS,
            base(first),
            wanted,
            Evolution.REPLACE,
            Change.Replace::new,
            "select 'x' as id, 3 as extra");

    assertThat(read(second)).containsExactly(List.of("x", 3));
    assertThat(second.schema().names()).containsExactly("ID", "extra");
    assertThat(second.schema().fields()).extracting(Field::id).containsExactly(3, 4);
    assertThat(read(first)).containsExactly(List.of(1, "a"));
  }

  @Test
  default void rewrite_exchangesTheNamedFilesOnly() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot second = append(ORDERS, base(first), ID_NAME, "select 2 as id, 'b' as name");
    String path =
        lake().files(ORDERS, second.snapshotId(), new Between("ID", 2, 2)).getFirst().path();

    Snapshot merged =
        commit(
            ORDERS,
            base(second),
            ID_NAME,
            Evolution.WIDEN,
            added -> new Change.Rewrite(Set.of(path), added),
            "select * from (values (2, 'B'), (3, 'c')) v(id, name)");

    assertThat(read(merged)).containsExactly(List.of(1, "a"), List.of(2, "B"), List.of(3, "c"));
    assertThat(merged.rows()).isEqualTo(3);
    assertThatThrownBy(
            () ->
                commit(
                    ORDERS,
                    base(merged),
                    merged.schema(),
                    Layout.whole(),
                    new Change.Rewrite(Set.of(path), List.of())))
        .satisfies(code(LakeError.LAKE_FILE_MISSING));
  }
}
