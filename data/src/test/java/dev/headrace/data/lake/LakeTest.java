package dev.headrace.data.lake;

import static dev.headrace.spi.schema.Type.Primitive.DATE;
import static dev.headrace.spi.schema.Type.Primitive.DOUBLE;
import static dev.headrace.spi.schema.Type.Primitive.FLOAT;
import static dev.headrace.spi.schema.Type.Primitive.INT;
import static dev.headrace.spi.schema.Type.Primitive.LONG;
import static dev.headrace.spi.schema.Type.Primitive.STRING;
import static dev.headrace.spi.schema.Type.Primitive.TIMESTAMP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeTest {
  private static final VersionId ORDERS = new VersionId("orders", "0123456789abcdef");
  private static final Schema ID_NAME =
      new Schema(List.of(Field.unassigned("id", INT), Field.unassigned("name", STRING)));
  private static final Schema EVENTS =
      new Schema(List.of(Field.unassigned("ts", TIMESTAMP), Field.unassigned("n", INT)));
  private static final Optional<Long> NOTHING = Optional.empty();

  @TempDir Path directory;
  private Lake lake;
  private DuckFiles duck;

  /** A lake in {@code warehouse}; always the same one for the same directory. */
  LakeConfig config(Path warehouse) {
    return LakeConfig.in(warehouse);
  }

  @BeforeEach
  void open() {
    lake = Lake.open(config(directory));
    duck = new DuckFiles();
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  // --- rows ---

  @Test
  void commit_createsTheVersionWithItsFirstRowsInOneCommit() throws Exception {
    Snapshot snapshot = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");

    assertThat(read(snapshot)).containsExactly(List.of(1, "a"));
    assertThat(snapshot.rows()).isEqualTo(1);
    assertThat(snapshot.files()).isEqualTo(1);
    assertThat(snapshot.base()).isEmpty();
    try (var metadata = Files.list(directory.resolve(ORDERS + "/metadata"))) {
      assertThat(metadata.filter(path -> path.toString().endsWith(".metadata.json"))).hasSize(1);
    }
    assertThat(lake.versions()).containsExactly(ORDERS);
  }

  @Test
  void commit_ofNoFilesGivesAnEmptySnapshot() {
    Schema schema = lake.assignIds(ORDERS, NOTHING, ID_NAME, Evolution.WIDEN);
    Snapshot empty = commit(ORDERS, NOTHING, schema, Layout.whole(), new Change.Append(List.of()));

    Relation.Files files = lake.scan(ORDERS, empty.snapshotId());
    assertThat(files.files()).isEmpty();
    assertThat(files.rows()).isZero();
    assertThat(files.schema()).isEqualTo(schema);
    assertThat(empty.rows()).isZero();
  }

  @Test
  void append_keepsWhatIsThereAndTheOldSnapshotStaysReadable() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot second = append(ORDERS, base(first), ID_NAME, "select 2 as id, 'b' as name");

    assertThat(read(second)).containsExactly(List.of(1, "a"), List.of(2, "b"));
    assertThat(read(first)).containsExactly(List.of(1, "a"));
    assertThat(second.rows()).isEqualTo(2);
    assertThat(second.addedRows()).isEqualTo(1);
    assertThat(second.base()).contains(first.snapshotId());
    assertThat(lake.snapshots(ORDERS))
        .extracting(Snapshot::snapshotId)
        .containsExactly(first.snapshotId(), second.snapshotId());
    assertThat(lake.snapshot(ORDERS, first.snapshotId())).isEqualTo(first);
  }

  @Test
  void scan_ofWhatWasJustCommittedIsWhatAnotherReaderFinds() {
    Snapshot created = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot appended = append(ORDERS, base(created), ID_NAME, "select 2 as id, 'b' as name");
    Schema schema = lake.assignIds(ORDERS, base(appended), ID_NAME, Evolution.REPLACE);
    Snapshot emptied =
        commit(ORDERS, base(appended), schema, Layout.whole(), new Change.Replace(List.of()));

    try (Lake other = Lake.open(config(directory))) {
      for (Snapshot snapshot : List.of(created, appended, emptied)) {
        assertThat(lake.scan(ORDERS, snapshot.snapshotId()))
            .isEqualTo(other.scan(ORDERS, snapshot.snapshotId()))
            .isEqualTo(lake.scan(ORDERS, snapshot.snapshotId()));
      }
    }
  }

  @Test
  void append_thatMergesManifestsLeavesNoFileThatNoSnapshotNeeds() {
    Set<Pin> pins = new HashSet<>();
    Optional<Long> base = NOTHING;
    for (int i = 0; i < 40; i++) {
      Snapshot next = append(ORDERS, base, ID_NAME, "select " + i + " as id, 'x' as name");
      base = base(next);
      pins.add(new Pin(ORDERS, next.snapshotId()));
    }

    SweepPlan plan = lake.planSweep(pins, Instant.now().plusSeconds(60));

    assertThat(plan.orphans()).isEmpty();
    assertThat(plan.expired()).isEmpty();
  }

  @Test
  void append_manyTimesMergesManifestsAndLosesNothing() {
    Snapshot last = null;
    for (int i = 0; i < 120; i++) {
      last =
          append(
              ORDERS,
              Optional.ofNullable(last).map(Snapshot::snapshotId),
              ID_NAME,
              "select " + i + " as id, 'x' as name");
    }
    assertThat(duck.query(scan(last), "select count(*), sum(id), count(distinct id) from t"))
        .hasToString("[[120, 7140, 120]]");
    assertThat(last.files()).isEqualTo(120);
    try (Stock table = stock(ORDERS)) {
      assertThat(table.table().currentSnapshot().allManifests(table.table().io()).size())
          .isLessThan(60);
    }
  }

  @Test
  void replace_leavesOnlyTheNewRows() {
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
  void replace_mayDropAndRetypeColumns() {
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
  void rewrite_exchangesTheNamedFilesOnly() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Snapshot second = append(ORDERS, base(first), ID_NAME, "select 2 as id, 'b' as name");
    String path =
        lake.files(ORDERS, second.snapshotId(), new Between("ID", 2, 2)).getFirst().path();

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

  // --- days ---

  @Test
  void replaceDays_exchangesTheDaysAndKeepsTheOthersAndRowsWithoutTime() {
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
  void replaceDays_refusesRowsOutsideTheDays() {
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
  void replaceDays_worksForADateColumn() {
    Schema schema = new Schema(List.of(Field.unassigned("day", DATE), Field.unassigned("n", INT)));
    Layout layout = Layout.byDayOf("DAY");
    Schema ids = lake.assignIds(ORDERS, NOTHING, schema, Evolution.WIDEN);
    String rows = "select date '1960-02-29' + i::int as day, i as n from range(4) r(i)";
    Snapshot first =
        commit(
            ORDERS,
            NOTHING,
            ids,
            layout,
            new Change.Append(duck.writeByDay(lake.stagingDirectory(ORDERS), ids, rows, "day")));
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
  void commit_refusesFilesThatAreNotDividedAsTheLayoutSays() {
    Schema ids = lake.assignIds(ORDERS, NOTHING, EVENTS, Evolution.WIDEN);
    String twoDays =
        "select timestamp '2024-05-01' + to_days(i::int) as ts, 1 as n from range(2) r(i)";
    List<WrittenFile> mixed = duck.write(lake.stagingDirectory(ORDERS), ids, twoDays);
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
  void scan_ofDaysLeavesOutTheOtherFiles() {
    Snapshot snapshot =
        events(
            NOTHING,
            Change.Append::new,
            "select timestamp '2024-05-01 06:00:00' + to_days(i::int) as ts, i::int as n"
                + " from range(10) r(i)");
    LocalDate from = LocalDate.parse("2024-05-03");

    Relation.Files files =
        lake.scan(ORDERS, snapshot.snapshotId(), Between.days("TS", from, from.plusDays(3)));

    assertThat(files.files()).hasSize(3);
    assertThat(duck.query(files, "select min(n), max(n) from t")).hasToString("[[2, 4]]");
    assertThat(lake.files(ORDERS, snapshot.snapshotId()))
        .hasSize(10)
        .allSatisfy(
            file ->
                assertThat(file.columns().get(1).lower())
                    .isEqualTo(file.day().orElseThrow().atTime(6, 0)));
    assertThat(lake.files(ORDERS, snapshot.snapshotId()).getFirst().columns().get(1).lower())
        .isInstanceOf(LocalDateTime.class);
  }

  @Test
  void scan_ofAnUnknownColumnNamesTheColumns() {
    Snapshot snapshot = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    assertThatThrownBy(
            () -> lake.scan(ORDERS, snapshot.snapshotId(), new Between("nome", "a", null)))
        .satisfies(code(LakeError.LAKE_COLUMN_MISSING));
  }

  // --- the base decides ---

  @Test
  void commit_leavesUnpublishedSnapshotsBehind() {
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
  void commit_withoutBaseStartsFromNoRow() {
    append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema other = new Schema(List.of(Field.unassigned("id", STRING)));

    Snapshot redone = append(ORDERS, NOTHING, other, "select 'x' as id");

    assertThat(read(redone)).containsExactly(List.of("x"));
    assertThat(redone.base()).isEmpty();
    assertThat(redone.rows()).isEqualTo(1);
    assertThat(redone.files()).isEqualTo(1);
  }

  @Test
  void commit_withALayoutOverAnotherColumn_givesItsPartitionsAnotherId() {
    Schema first = new Schema(List.of(new Field(1, "at", DATE)));
    Schema second = new Schema(List.of(new Field(2, "at", DATE)));
    Layout byDay = Layout.byDayOf("at");
    for (Schema schema : List.of(first, second, first, second)) {
      commit(ORDERS, NOTHING, schema, byDay, new Change.Replace(List.of()));
    }

    Table table =
        new BaseTable(
            new StaticTableOperations(
                lake.iceberg().metadata(ORDERS).orElseThrow().metadataFileLocation(),
                lake.iceberg().io()),
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
  void commit_withoutBaseMayChooseTheLayoutAnew() {
    append(ORDERS, NOTHING, EVENTS, "select timestamp '2024-05-01' as ts, 1 as n");
    Snapshot redone =
        events(NOTHING, Change.Append::new, "select timestamp '2024-05-02' as ts, 2 as n");
    assertThat(column(redone, "n")).containsExactly(2);
    assertThatThrownBy(
            () ->
                append(ORDERS, base(redone), EVENTS, "select timestamp '2024-05-01' as ts, 1 as n"))
        .satisfies(code(LakeError.LAKE_LAYOUT_CONFLICT));
  }

  @Test
  void commit_onABaseThatIsNotThereIsMissing() {
    assertThatThrownBy(
            () ->
                commit(
                    ORDERS, Optional.of(5L), ID_NAME, Layout.whole(), new Change.Append(List.of())))
        .satisfies(code(LakeError.LAKE_SNAPSHOT_MISSING));
    append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    assertThatThrownBy(() -> lake.assignIds(ORDERS, Optional.of(5L), ID_NAME, Evolution.WIDEN))
        .satisfies(code(LakeError.LAKE_SNAPSHOT_MISSING));
    assertThatThrownBy(() -> lake.scan(ORDERS, 5L))
        .satisfies(code(LakeError.LAKE_SNAPSHOT_MISSING));
    assertThatThrownBy(() -> lake.scan(new VersionId("orders", "ffffffffffff"), 5L))
        .satisfies(code(LakeError.LAKE_VERSION_MISSING));
  }

  @Test
  void commit_ofManyWritersAtOnceKeepsEverySnapshotReadable() throws Exception {
    Snapshot base = append(ORDERS, NOTHING, ID_NAME, "select 0 as id, 'a' as name");
    int writers = 4;
    CyclicBarrier start = new CyclicBarrier(writers);
    List<List<WrittenFile>> files = new ArrayList<>();
    Schema ids = lake.assignIds(ORDERS, base(base), ID_NAME, Evolution.WIDEN);
    for (int i = 1; i <= writers; i++) {
      files.add(
          duck.write(lake.stagingDirectory(ORDERS), ids, "select " + i + " as id, 'w' as name"));
    }
    try (var pool = Executors.newFixedThreadPool(writers)) {
      List<Callable<Snapshot>> tasks =
          files.stream()
              .<Callable<Snapshot>>map(
                  added ->
                      () -> {
                        // A lake of its own, as another process would have.
                        try (Lake own = Lake.open(config(directory))) {
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
    assertThat(lake.snapshots(ORDERS)).hasSize(1 + writers);
  }

  // --- columns ---

  @Test
  void append_ofANewColumnAndAWiderTypeEvolvesTheTable() {
    Schema narrow =
        new Schema(
            List.of(
                Field.unassigned("i", INT),
                Field.unassigned("f", FLOAT),
                Field.unassigned("d", new Type.Decimal(4, 1))));
    Schema wide =
        new Schema(
            List.of(
                Field.unassigned("added", STRING),
                Field.unassigned("I", LONG),
                Field.unassigned("f", DOUBLE),
                Field.unassigned("d", new Type.Decimal(20, 1))));
    Snapshot first = append(ORDERS, NOTHING, narrow, "select 1 as i, 0.5 as f, 1.5 as d");
    Snapshot second =
        append(
            ORDERS,
            base(first),
            wide,
            "select 'x' as added, 5000000000 as i, 0.1 as f, 123456789.5 as d");

    assertThat(second.schema().names()).containsExactly("i", "f", "d", "added");
    assertThat(second.schema().fields()).extracting(Field::id).containsExactly(1, 2, 3, 4);
    assertThat(duck.query(scan(second), "select i, f, d, added from t order by i"))
        .hasToString("[[1, 0.5, 1.5, null], [5000000000, 0.1, 123456789.5, x]]");
    assertThat(scan(first).schema()).isEqualTo(first.schema());
    assertThat(duck.query(scan(first), "select i, f, d from t")).hasToString("[[1, 0.5, 1.5]]");
    // The bounds of the first file were written as int and are read as long.
    assertThat(lake.files(ORDERS, second.snapshotId(), new Between("i", 0L, 10L)))
        .singleElement()
        .satisfies(file -> assertThat(file.columns().get(1).upper()).isEqualTo(1L));
    assertThat(lake.files(ORDERS, second.snapshotId(), new Between("d", 2, null))).hasSize(1);
  }

  @Test
  void append_ofANarrowerTypeKeepsTheWiderOne() {
    Schema wide = new Schema(List.of(Field.unassigned("i", LONG)));
    Snapshot first = append(ORDERS, NOTHING, wide, "select 5000000000 as i");
    Schema narrow = new Schema(List.of(Field.unassigned("i", INT)));
    assertThat(lake.assignIds(ORDERS, base(first), narrow, Evolution.WIDEN))
        .isEqualTo(first.schema());
  }

  @Test
  void append_withoutAColumnGivesNulls() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema fewer = new Schema(List.of(Field.unassigned("NAME", STRING)));
    Snapshot second = append(ORDERS, base(first), fewer, "select 'b' as name");
    assertThat(second.schema()).isEqualTo(first.schema());
    assertThat(duck.query(scan(second), "select id, name from t order by name"))
        .hasToString("[[1, a], [null, b]]");
  }

  @Test
  void append_evolvesNestedFields() {
    Schema one =
        new Schema(
            List.of(
                Field.unassigned("s", struct(Field.unassigned("a", INT))),
                Field.unassigned("l", new Type.ListOf(0, struct(Field.unassigned("x", INT)))),
                Field.unassigned("m", new Type.MapOf(0, STRING, 0, INT))));
    Schema two =
        new Schema(
            List.of(
                Field.unassigned(
                    "s", struct(Field.unassigned("b", STRING), Field.unassigned("A", LONG))),
                Field.unassigned(
                    "l",
                    new Type.ListOf(
                        0, struct(Field.unassigned("x", INT), Field.unassigned("y", INT))))));
    Snapshot first =
        append(ORDERS, NOTHING, one, "select {'a': 1} as s, [{'x': 1}] as l, map {'k': 1} as m");
    assertThat(first.schema().toString())
        .contains("Field[id=1, name=s", "Field[id=2, name=l", "Field[id=3, name=m");
    Snapshot second =
        append(
            ORDERS,
            base(first),
            two,
            "select {'b': 'x', 'A': 5000000000} as s, [{'x': 2, 'y': 3}] as l");

    Type.Struct s = (Type.Struct) second.schema().fields().getFirst().type();
    assertThat(s.fields()).extracting(Field::name).containsExactly("a", "b");
    assertThat(s.fields().getFirst().type()).isEqualTo(LONG);
    assertThat(s.fields().getFirst().id()).isEqualTo(4);
    assertThat(second.rows()).isEqualTo(2);
    assertThat(lake.files(ORDERS, second.snapshotId(), new Between("s.a", 2, null)))
        .singleElement()
        .satisfies(file -> assertThat(file.columns().get(4).upper()).isEqualTo(5_000_000_000L));
    // Values inside lists are not rows: nothing is known of them.
    assertThat(lake.files(ORDERS, second.snapshotId()).getFirst().columns().keySet())
        .doesNotContain(5, 6, 7, 8);
  }

  @Test
  void append_ofARenamedColumnKeepsItsRows() {
    Snapshot first = append(ORDERS, NOTHING, ID_NAME, "select 1 as id, 'a' as name");
    Schema renamed = new Schema(List.of(new Field(1, "id", INT), new Field(2, "title", STRING)));
    Snapshot second =
        commit(
            ORDERS,
            base(first),
            renamed,
            Layout.whole(),
            new Change.Append(
                duck.write(
                    lake.stagingDirectory(ORDERS), renamed, "select 2 as id, 'b' as title")));
    assertThat(second.schema().names()).containsExactly("id", "title");
    assertThat(read(second)).containsExactly(List.of(1, "a"), List.of(2, "b"));
  }

  @Test
  void assignIds_ofATypeThatDoesNotFitNamesColumnAndTypes() {
    Snapshot first =
        append(
            ORDERS,
            NOTHING,
            new Schema(List.of(Field.unassigned("s", struct(Field.unassigned("a", INT))))),
            "select {'a': 1} as s");
    Schema other =
        new Schema(List.of(Field.unassigned("s", struct(Field.unassigned("a", STRING)))));

    assertThatThrownBy(() -> lake.assignIds(ORDERS, base(first), other, Evolution.WIDEN))
        .satisfies(code(LakeError.LAKE_TYPE_CONFLICT))
        .hasMessage(
            "Cannot store table 'orders': column 's.a' is int and the new rows have string.");
    assertThat(
            lake.assignIds(ORDERS, base(first), other, Evolution.REPLACE).fields().getFirst().id())
        .isEqualTo(3);
  }

  @Test
  void assignIds_ofNamesThatDifferByCaseIsRefused() {
    Schema twice = new Schema(List.of(Field.unassigned("Id", INT), Field.unassigned("ID", INT)));
    assertThatThrownBy(() -> lake.assignIds(ORDERS, NOTHING, twice, Evolution.WIDEN))
        .satisfies(code(LakeError.LAKE_DUPLICATE_COLUMN));
  }

  @Test
  void assignIds_isWhatTheCommitUses() {
    Schema wanted =
        new Schema(
            List.of(
                Field.unassigned(
                    "s", struct(Field.unassigned("a", INT), Field.unassigned("b", INT))),
                Field.unassigned("i", INT)));
    Schema ids = lake.assignIds(ORDERS, NOTHING, wanted, Evolution.WIDEN);
    assertThat(lake.assignIds(ORDERS, NOTHING, wanted, Evolution.WIDEN)).isEqualTo(ids);
    Snapshot snapshot = append(ORDERS, NOTHING, wanted, "select {'a': 1, 'b': 2} as s, 3 as i");
    assertThat(snapshot.schema()).isEqualTo(ids);
    assertThat(ids.fields()).extracting(Field::id).containsExactly(1, 2);
  }

  // --- other readers ---

  @Test
  void stockIcebergSeesTheSameFilesAndRows() throws Exception {
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
  void scan_understandsFileUris() {
    Schema ids = lake.assignIds(ORDERS, NOTHING, ID_NAME, Evolution.WIDEN);
    WrittenFile file =
        duck.write(lake.stagingDirectory(ORDERS), ids, "select 1 as id, 'a' as name").getFirst();
    WrittenFile byUri =
        new WrittenFile(
            "file://" + file.path(), file.rows(), file.sizeBytes(), file.columns(), file.day());
    Snapshot snapshot =
        commit(ORDERS, NOTHING, ids, Layout.whole(), new Change.Append(List.of(byUri)));
    assertThat(scan(snapshot).files()).containsExactly(file.path());
  }

  @Test
  void commit_survivesALossOfPowerIfAsked() throws Exception {
    Path other = directory.resolve("other");
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
                      duck.write(
                          durable.stagingDirectory(ORDERS), ids, "select 1 as id, 'a' as name")),
                  Map.of("run", "7")));
      assertThat(durable.scan(ORDERS, snapshot.snapshotId()).rows()).isEqualTo(1);
      assertThat(snapshot.summary()).containsEntry("run", "7");
    }
    try (Lake again = Lake.open(config(other))) {
      assertThat(again.snapshots(ORDERS)).hasSize(1);
    }
  }

  @Test
  void open_inAPlaceThatCannotBeWrittenSaysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> Lake.open(config(file.resolve("lake"))))
        .satisfies(code(LakeError.LAKE_STORAGE))
        .hasMessageContaining(file.toString());
  }

  // --- helpers ---

  private interface ChangeOf {
    Change of(List<WrittenFile> added);
  }

  private Snapshot append(VersionId version, Optional<Long> base, Schema wanted, String query) {
    return commit(version, base, wanted, Evolution.WIDEN, Change.Append::new, query);
  }

  private Snapshot commit(
      VersionId version,
      Optional<Long> base,
      Schema wanted,
      Evolution evolution,
      ChangeOf change,
      String query) {
    Schema ids = lake.assignIds(version, base, wanted, evolution);
    List<WrittenFile> files = duck.write(lake.stagingDirectory(version), ids, query);
    return commit(version, base, ids, Layout.whole(), change.of(files));
  }

  private Snapshot events(Optional<Long> base, ChangeOf change, String query) {
    Schema ids = lake.assignIds(ORDERS, base, EVENTS, Evolution.WIDEN);
    List<WrittenFile> files = duck.writeByDay(lake.stagingDirectory(ORDERS), ids, query, "ts");
    return commit(ORDERS, base, ids, Layout.byDayOf("ts"), change.of(files));
  }

  private Snapshot commit(
      VersionId version, Optional<Long> base, Schema ids, Layout layout, Change change) {
    return lake.commit(new Commit(version, base, ids, layout, change, Map.of()));
  }

  private Relation.Files scan(Snapshot snapshot) {
    return lake.scan(snapshot.version(), snapshot.snapshotId());
  }

  private List<List<Object>> read(Snapshot snapshot) {
    return duck.read(scan(snapshot));
  }

  private List<Object> column(Snapshot snapshot, String name) {
    return duck.query(scan(snapshot), "select " + name + " from t order by 1").stream()
        .map(List::getFirst)
        .toList();
  }

  private static Optional<Long> base(Snapshot snapshot) {
    return Optional.of(snapshot.snapshotId());
  }

  private static Type.Struct struct(Field... fields) {
    return new Type.Struct(List.of(fields));
  }

  static Consumer<Throwable> code(ErrorCode code) {
    return failure ->
        assertThat(failure)
            .isInstanceOfSatisfying(
                HeadraceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** What another tool is told to open the catalog. */
  Map<String, String> catalogProperties() {
    return Map.of(
        "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"), "warehouse", directory.toString());
  }

  /** The table as Iceberg's own catalog opens it. */
  private Stock stock(VersionId version) {
    var catalog = new JdbcCatalog(properties -> new LocalFileIO(Durability.PROCESS), null, false);
    catalog.initialize("headrace", catalogProperties());
    return new Stock(
        catalog, catalog.loadTable(TableIdentifier.of("lake", version.physicalName())));
  }

  private record Stock(JdbcCatalog catalog, Table table) implements AutoCloseable {
    @Override
    public void close() {
      catalog.close();
    }
  }
}
