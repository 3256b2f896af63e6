package dev.headrace.data.lake;

import static dev.headrace.spi.schema.Type.Primitive.INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
  private static final VersionId OLD = new VersionId("orders", "aaaaaaaaaaaa");
  private static final VersionId NEW = new VersionId("orders", "bbbbbbbbbbbb");
  private static final Schema SCHEMA = new Schema(List.of(Field.unassigned("n", INT)));

  @TempDir Path directory;
  private Lake lake;
  private DuckFiles duck;

  @BeforeEach
  void open() {
    lake = Lake.open(LakeConfig.in(directory));
    duck = new DuckFiles();
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Test
  void sweep_removesVersionsSnapshotsAndFilesThatNobodyPins() throws Exception {
    Snapshot gone = commit(OLD, Optional.empty(), 1, false);
    Snapshot first = commit(NEW, Optional.empty(), 1, false);
    Snapshot second = commit(NEW, Optional.of(first.snapshotId()), 2, true);
    Snapshot published = commit(NEW, Optional.of(second.snapshotId()), 3, false);
    Snapshot unpublished = commit(NEW, Optional.of(published.snapshotId()), 4, false);
    Path staged = stage(NEW, 5);
    Path unfinished = Files.writeString(directory.resolve(NEW + "/metadata/x.avro.1.tmp"), "x");
    Path leftover = directory.resolve("orders__cccccccccccc/data/part.parquet");
    Files.createDirectories(leftover.getParent());
    Files.writeString(leftover, "x");
    Path foreign = Files.createDirectories(directory.resolve("mine")).resolve("keep.txt");
    Files.writeString(foreign, "x");

    Set<Pin> pins = Set.of(new Pin(NEW, published.snapshotId()));
    SweepPlan plan = lake.planSweep(pins, later());

    assertThat(plan.dropped()).containsExactly(OLD);
    assertThat(plan.expired())
        .isEqualTo(
            Map.of(NEW, Set.of(first.snapshotId(), second.snapshotId(), unpublished.snapshotId())));
    assertThat(plan.orphans())
        .extracting(SweepPlan.Orphan::path)
        .contains(staged.toString(), unfinished.toString(), leftover.toString())
        .doesNotContain(foreign.toString());
    assertThat(plan.toString())
        .contains("drop version orders__aaaaaaaaaaaa", "expire snapshot", "delete file " + staged);
    assertThat(lake.planSweep(pins, later()).orphans()).isEqualTo(plan.orphans());

    SweepReport report = lake.sweep(plan);

    assertThat(report).isEqualTo(new SweepReport(1, 3, plan.orphans().size()));
    assertThat(lake.versions()).containsExactly(NEW);
    assertThat(lake.snapshots(NEW))
        .extracting(Snapshot::snapshotId)
        .containsExactly(published.snapshotId());
    Relation.Files scan = lake.scan(NEW, published.snapshotId());
    assertThat(duck.query(scan, "select list(n order by n) from t")).hasToString("[[[2, 3]]]");
    assertThat(directory.resolve(OLD.physicalName())).doesNotExist();
    assertThat(directory.resolve("orders__cccccccccccc")).doesNotExist();
    assertThat(foreign).exists();
    assertThat(dataFiles(NEW)).containsExactlyInAnyOrderElementsOf(scan.files());
    assertThat(gone.version()).isEqualTo(OLD);
    // Work goes on from what stayed.
    Snapshot next = commit(NEW, Optional.of(published.snapshotId()), 6, false);
    assertThat(next.rows()).isEqualTo(3);
    // Swept once more, nothing but the last snapshot's predecessor is left to do.
    SweepPlan rest = lake.planSweep(Set.of(new Pin(NEW, next.snapshotId())), later());
    assertThat(rest.dropped()).isEmpty();
    assertThat(rest.expired()).isEqualTo(Map.of(NEW, Set.of(published.snapshotId())));
    lake.sweep(rest);
    lake.sweep(rest);
    assertThat(lake.planSweep(Set.of(new Pin(NEW, next.snapshotId())), later()).isEmpty()).isTrue();
    assertThat(duck.query(lake.scan(NEW, next.snapshotId()), "select sum(n) from t"))
        .hasToString("[[11]]");
  }

  @Test
  void plan_leavesAloneWhatIsYoung() throws Exception {
    commit(OLD, Optional.empty(), 1, false);
    stage(OLD, 2);
    assertThat(lake.planSweep(Set.of(), Instant.now().minusSeconds(60)).isEmpty()).isTrue();
  }

  @Test
  void sweep_sparesFilesThatWereCommittedAfterThePlan() throws Exception {
    Snapshot first = commit(NEW, Optional.empty(), 1, false);
    Schema ids = lake.assignIds(NEW, Optional.of(first.snapshotId()), SCHEMA, Evolution.WIDEN);
    List<WrittenFile> staged = duck.write(lake.stagingDirectory(NEW), ids, "select 2 as n");
    SweepPlan plan = lake.planSweep(Set.of(new Pin(NEW, first.snapshotId())), later());
    assertThat(plan.orphans())
        .extracting(SweepPlan.Orphan::path)
        .contains(staged.getFirst().path());

    Snapshot second =
        lake.commit(
            new Commit(
                NEW,
                Optional.of(first.snapshotId()),
                ids,
                Layout.whole(),
                new Change.Append(staged),
                Map.of()));
    lake.sweep(plan);

    assertThat(duck.query(lake.scan(NEW, second.snapshotId()), "select sum(n) from t"))
        .hasToString("[[3]]");
  }

  @Test
  void planSweep_whereOthersWriteToo_leavesTheirYoungFiles() throws Exception {
    Snapshot kept = commit(NEW, Optional.empty(), 1, false);
    Path directory = lake.stagingDirectory(NEW);
    Path ours = Files.writeString(directory.resolve("r7-all0.parquet"), "x");
    Path theirs = Files.writeString(directory.resolve("00000-1-ab.parquet"), "x");
    Set<Pin> pins = Set.of(new Pin(NEW, kept.snapshotId()));
    assertThat(lake.planSweep(pins, later(), Instant.now().minusSeconds(60)).orphans())
        .extracting(SweepPlan.Orphan::path)
        .containsExactly(ours.toString());
    assertThat(lake.planSweep(pins, later(), later()).orphans())
        .extracting(SweepPlan.Orphan::path)
        .containsExactlyInAnyOrder(ours.toString(), theirs.toString());
  }

  @Test
  void sweep_killedAfterTheCatalogForgotLeavesOrphansForTheNext() throws Exception {
    Snapshot published = commit(NEW, Optional.empty(), 1, false);
    commit(OLD, Optional.empty(), 1, false);
    Set<Pin> pins = Set.of(new Pin(NEW, published.snapshotId()));
    // As after a kill between the catalog and the files: forgotten, its directory still there.
    try (var catalog =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("catalog.db"));
        var statement = catalog.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "delete from iceberg_tables where table_name = '" + OLD.physicalName() + "'"))
          .isEqualTo(1);
    }
    SweepPlan plan = lake.planSweep(pins, later());
    assertThat(plan.dropped()).isEmpty();
    assertThat(plan.orphans()).isNotEmpty();
    lake.sweep(plan);
    assertThat(directory.resolve(OLD.physicalName())).doesNotExist();
    assertThat(lake.planSweep(pins, later()).isEmpty()).isTrue();
  }

  private Snapshot commit(VersionId version, Optional<Long> base, int n, boolean replace) {
    Schema ids = lake.assignIds(version, base, SCHEMA, Evolution.WIDEN);
    List<WrittenFile> files =
        duck.write(lake.stagingDirectory(version), ids, "select " + n + " as n");
    return lake.commit(
        new Commit(
            version,
            base,
            ids,
            Layout.whole(),
            replace ? new Change.Replace(files) : new Change.Append(files),
            Map.of()));
  }

  private Path stage(VersionId version, int n) {
    Schema ids = lake.assignIds(version, Optional.empty(), SCHEMA, Evolution.WIDEN);
    return Path.of(
        duck.write(lake.stagingDirectory(version), ids, "select " + n + " as n").getFirst().path());
  }

  private List<String> dataFiles(VersionId version) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(version + "/data"))) {
      return files.map(Path::toString).toList();
    }
  }

  /** After everything that exists by now. */
  private static Instant later() {
    return Instant.now().plusSeconds(5);
  }
}
