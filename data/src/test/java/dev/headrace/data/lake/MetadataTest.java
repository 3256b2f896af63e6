package dev.headrace.data.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.GenericBlobMetadata;
import org.apache.iceberg.GenericStatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the lake writes of a table itself, and remembers of it, is what Iceberg reads back. */
class MetadataTest {
  private static final VersionId ORDERS = new VersionId("orders", "0123456789abcdef");
  private static final Schema ID = new Schema(List.of(Field.unassigned("id", Type.Primitive.LONG)));
  private static final Schema ID_AND_NAME =
      new Schema(
          List.of(
              Field.unassigned("id", Type.Primitive.LONG),
              Field.unassigned("snapshots", Type.Primitive.STRING)));
  private static final Optional<Long> NOTHING = Optional.empty();

  @TempDir Path directory;
  private Lake lake;
  private int files;

  @BeforeEach
  void open() {
    lake = Lake.open(LakeConfig.in(directory));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void commit_writesTheTextThatIcebergWrites() throws Exception {
    List<Snapshot> made = new ArrayList<>();
    made.add(append(lake, NOTHING, ID));
    made.add(append(lake, base(made), ID_AND_NAME));
    made.add(append(lake, base(made), ID_AND_NAME));
    made.add(append(lake, Optional.of(made.getFirst().snapshotId()), ID_AND_NAME));
    made.add(append(lake, NOTHING, ID));
    made.add(
        commit(
            lake, base(made), ID, new Change.Replace(List.of(file(lake))), Map.of("ü", "\"\n\\")));
    for (int i = 0; i < 20; i++) {
      made.add(append(lake, base(made), ID));
      Path newest = newestMetadata();
      TableMetadata read = read(newest);
      assertThat(Files.readString(newest)).isEqualTo(TableMetadataParser.toJson(read));
      assertThat(read.snapshots())
          .extracting(org.apache.iceberg.Snapshot::snapshotId)
          .containsExactlyElementsOf(made.stream().map(Snapshot::snapshotId).toList());
    }
  }

  @Test
  void commit_isRememberedAsAnotherProcessReadsIt() {
    List<Snapshot> made = new ArrayList<>();
    made.add(append(lake, NOTHING, ID));
    made.add(append(lake, base(made), ID_AND_NAME));
    made.add(append(lake, base(made), ID_AND_NAME));
    try (Lake other = Lake.open(LakeConfig.in(directory))) {
      assertThat(lake.snapshots(ORDERS))
          .isEqualTo(other.snapshots(ORDERS))
          .containsExactlyElementsOf(made);
    }
  }

  @Test
  void commit_startsFromWhatAnotherProcessCommitted() {
    try (Lake other = Lake.open(LakeConfig.in(directory))) {
      List<Snapshot> made = new ArrayList<>();
      made.add(append(lake, NOTHING, ID));
      for (int i = 0; i < 10; i++) {
        made.add(append(i % 2 == 0 ? other : lake, base(made), ID));
        assertThat(lake.snapshots(ORDERS)).isEqualTo(other.snapshots(ORDERS)).isEqualTo(made);
      }
      assertThat(made.getLast().rows()).isEqualTo(11 * 100);
    }
  }

  @Test
  void commit_ofATableThatAnotherProcessDroppedCreatesItAnew() {
    append(lake, NOTHING, ID);
    try (JdbcCatalog stock = stock()) {
      stock.dropTable(table(), false);
    }
    assertThat(lake.snapshots(ORDERS)).isEmpty();
    Snapshot again = append(lake, NOTHING, ID);
    assertThat(lake.snapshots(ORDERS)).containsExactly(again);
  }

  @Test
  void commit_keepsTheCompressionAnotherToolAskedFor() throws Exception {
    List<Snapshot> made = new ArrayList<>();
    made.add(append(lake, NOTHING, ID));
    try (JdbcCatalog stock = stock()) {
      stock
          .loadTable(table())
          .updateProperties()
          .set("write.metadata.compression-codec", "gzip")
          .commit();
    }
    made.add(append(lake, base(made), ID));

    assertThat(newestMetadata().toString()).endsWith(".gz.metadata.json");
    assertThat(read(newestMetadata()).snapshots()).hasSize(2);
    try (Lake other = Lake.open(LakeConfig.in(directory))) {
      assertThat(other.snapshots(ORDERS)).isEqualTo(made);
    }
  }

  @Test
  void commit_keepsTheStatisticsOfOldSnapshots() throws Exception {
    List<Snapshot> made = new ArrayList<>();
    made.add(append(lake, NOTHING, ID));
    long first = made.getFirst().snapshotId();
    try (JdbcCatalog stock = stock()) {
      stock
          .loadTable(table())
          .updateStatistics()
          .setStatistics(
              new GenericStatisticsFile(
                  first,
                  directory.resolve("stats.puffin").toString(),
                  10,
                  4,
                  List.of(new GenericBlobMetadata("ndv", first, 1, List.of(1), Map.of("n", "7")))))
          .commit();
    }
    made.add(append(lake, base(made), ID));
    made.add(append(lake, base(made), ID));

    TableMetadata read = read(newestMetadata());
    assertThat(read.statisticsFiles()).singleElement().matches(s -> s.snapshotId() == first);
    assertThat(read.snapshots()).hasSize(3);
  }

  private Snapshot append(Lake lake, Optional<Long> base, Schema wanted) {
    return commit(lake, base, wanted, new Change.Append(List.of(file(lake))), Map.of());
  }

  private static Snapshot commit(
      Lake lake, Optional<Long> base, Schema wanted, Change change, Map<String, String> summary) {
    Schema schema = lake.assignIds(ORDERS, base, wanted, Evolution.WIDEN);
    return lake.commit(new Commit(ORDERS, base, schema, Layout.whole(), change, summary));
  }

  /** Described, not written: nobody reads rows here. */
  private WrittenFile file(Lake lake) {
    return new WrittenFile(
        lake.stagingDirectory(ORDERS).resolve("f" + files++ + ".parquet").toString(),
        100,
        4_000,
        Map.of(1, new WrittenFile.ColumnMetrics(800, 100, 0, "1", "100")),
        Optional.empty());
  }

  private static Optional<Long> base(List<Snapshot> made) {
    return Optional.of(made.getLast().snapshotId());
  }

  /** Where the catalog points to, as Iceberg's own catalog sees it. */
  private Path newestMetadata() throws IOException {
    try (JdbcCatalog stock = stock()) {
      Table table = stock.loadTable(table());
      return Path.of(((BaseTable) table).operations().current().metadataFileLocation());
    }
  }

  private static TableMetadata read(Path file) {
    return TableMetadataParser.read(new LocalFileIO(Durability.PROCESS), file.toString());
  }

  private static TableIdentifier table() {
    return TableIdentifier.of(Namespace.of("lake"), ORDERS.physicalName());
  }

  private JdbcCatalog stock() {
    var catalog = new JdbcCatalog(properties -> new LocalFileIO(Durability.PROCESS), null, false);
    catalog.initialize(
        "headrace",
        Map.of(
            "uri",
            "jdbc:sqlite:" + directory.resolve("catalog.db"),
            "warehouse",
            directory.toString()));
    return catalog;
  }
}
