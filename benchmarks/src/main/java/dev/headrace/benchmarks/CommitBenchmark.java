package dev.headrace.benchmarks;

import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.Durability;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.LakeConfig;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/**
 * Latency of the lake's commits beside stock Iceberg's, in turns in one run: the same catalog
 * class, the same kind of SQLite file, the same file system.
 *
 * <p>Only commits are timed; the data file is described, not written.
 */
final class CommitBenchmark implements Benchmark {
  private static final int APPENDS = 1_000;
  private static final int COMMITS = 300;
  private static final double ASKED_SECONDS = 0.010;

  private static final Schema WANTED =
      new Schema(
          List.of(
              Field.unassigned("id", Type.Primitive.LONG),
              Field.unassigned("name", Type.Primitive.STRING),
              Field.unassigned("total", new Type.Decimal(12, 2))));
  private static final int WARM_UP = 60;

  @Override
  public String name() {
    return "commit";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path directory = workspace.fresh("commit");
    try (Lake lake = Lake.open(LakeConfig.in(directory.resolve("lake")));
        Lake forced =
            Lake.open(
                new LakeConfig(directory.resolve("forced"), Optional.empty(), Durability.POWER));
        JdbcCatalog stock = stock(directory.resolve("stock"))) {
      Appender ours = new Appender(lake);
      Table table = stockTable(stock, "append");
      int[] number = {0};
      Race append = Race.of(WARM_UP, APPENDS, ours::append, () -> stockAppend(table, number[0]++));
      Race create =
          Race.of(
              WARM_UP,
              COMMITS,
              () -> create(lake, number[0]++),
              () -> stockAppend(stockTable(stock, "t" + number[0]++), 0));
      // Apart: what it forces to disk would slow the others too.
      Appender durable = new Appender(forced);
      Samples power = samples(durable::append);
      Samples scan = samples(ours::scan);
      return List.of(
          new Result(
              "append commit of one small file",
              "p50 <= 10 ms",
              text(append.ours()),
              "stock Iceberg " + text(append.peer()),
              String.format(
                  Locale.ROOT,
                  "%.2fx; CPU %.2fx",
                  append.ours().median() / append.peer().median(),
                  append.ours().meanCpu() / append.peer().meanCpu()),
              append.ours().median() <= ASKED_SECONDS,
              List.of(
                  "the first and the last hundred of %,d appends, every snapshot kept: "
                          .formatted(APPENDS)
                      + text(append.ours().part(0, 100))
                      + "; "
                      + text(append.ours().part(APPENDS - 100, APPENDS))
                      + "; stock "
                      + text(append.peer().part(0, 100))
                      + "; "
                      + text(append.peer().part(APPENDS - 100, APPENDS)),
                  "a table created with its first rows: "
                      + text(create.ours())
                      + ", stock "
                      + text(create.peer()),
                  "append forced to disk: " + text(power),
                  "reading the manifests of the table with all its appends: " + text(scan))));
    } finally {
      Workspace.delete(directory);
    }
  }

  private static Samples samples(Samples.Work work) throws Exception {
    Samples samples = new Samples();
    for (int i = 0; i < COMMITS; i++) {
      samples.time(work);
    }
    return samples;
  }

  private static String text(Samples samples) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p95 %.1f ms, CPU %.1f ms",
        samples.median() * 1e3,
        Samples.quantile(samples.wall(), 0.95) * 1e3,
        samples.meanCpu() * 1e3);
  }

  /** Appends to one version, each time to the snapshot before. */
  private static final class Appender {
    private static final VersionId VERSION = new VersionId("append", "0123456789ab");
    private final Lake lake;
    private final Schema schema;
    private Optional<Long> base = Optional.empty();
    private int files;

    Appender(Lake lake) {
      this.lake = lake;
      this.schema = lake.assignIds(VERSION, base, WANTED, Evolution.WIDEN);
    }

    void append() {
      Path data = lake.stagingDirectory(VERSION).resolve("f" + files++ + ".parquet");
      touch(data);
      Snapshot snapshot =
          lake.commit(
              new Commit(
                  VERSION,
                  base,
                  schema,
                  Layout.whole(),
                  new Change.Append(List.of(file(data))),
                  Map.of()));
      base = Optional.of(snapshot.snapshotId());
    }

    void scan() {
      if (lake.files(VERSION, base.orElseThrow()).size() != files) {
        throw new IllegalStateException("files are missing");
      }
    }
  }

  private static void create(Lake lake, int number) {
    VersionId version = new VersionId("t" + number, "0123456789ab");
    Schema schema = lake.assignIds(version, Optional.empty(), WANTED, Evolution.WIDEN);
    Path data = lake.stagingDirectory(version).resolve("f.parquet");
    touch(data);
    lake.commit(
        new Commit(
            version,
            Optional.empty(),
            schema,
            Layout.whole(),
            new Change.Append(List.of(file(data))),
            Map.of()));
  }

  private static WrittenFile file(Path path) {
    return new WrittenFile(
        path.toString(),
        100,
        4_000,
        Map.of(
            1, new WrittenFile.ColumnMetrics(800, 100, 0, "1", "100"),
            2, new WrittenFile.ColumnMetrics(1_000, 100, 3, "Ada", "Zuse"),
            3, new WrittenFile.ColumnMetrics(600, 100, 0, "-1.50", "99.00")),
        Optional.empty());
  }

  private static JdbcCatalog stock(Path directory) throws IOException {
    Files.createDirectories(directory);
    JdbcCatalog catalog =
        new JdbcCatalog(properties -> new LocalFileIO(Durability.PROCESS), null, true);
    catalog.initialize(
        "stock",
        Map.of(
            "uri",
            "jdbc:sqlite:"
                + directory.resolve("catalog.db")
                + "?journal_mode=WAL&busy_timeout=10000",
            "warehouse",
            directory.toString(),
            "jdbc.schema-version",
            "V1"));
    catalog.createNamespace(Namespace.of("lake"));
    return catalog;
  }

  private static Table stockTable(JdbcCatalog catalog, String name) {
    return catalog.createTable(
        TableIdentifier.of("lake", name),
        new org.apache.iceberg.Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "total", Types.DecimalType.of(12, 2))));
  }

  private static void stockAppend(Table table, int number) {
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(table.location() + "/data/f" + number + ".parquet")
                .withFormat(FileFormat.PARQUET)
                .withRecordCount(100)
                .withFileSizeInBytes(4_000)
                .build())
        .commit();
  }

  private static void touch(Path path) {
    try {
      Files.write(path, new byte[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
