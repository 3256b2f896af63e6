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
import java.util.Arrays;
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
 * <p>Only commits are timed; the data file is described, not written. Argument: commits per
 * contender, 300 by default.
 */
public final class CommitBenchmark {
  private static final Schema WANTED =
      new Schema(
          List.of(
              Field.unassigned("id", Type.Primitive.LONG),
              Field.unassigned("name", Type.Primitive.STRING),
              Field.unassigned("total", new Type.Decimal(12, 2))));
  private static final int WARM_UP = 60;

  public static void main(String[] args) throws IOException {
    int commits = args.length > 0 ? Integer.parseInt(args[0]) : 300;
    Path directory = Files.createTempDirectory("headrace-commit-benchmark");
    try (Lake lake = Lake.open(LakeConfig.in(directory.resolve("lake")));
        Lake forced =
            Lake.open(
                new LakeConfig(
                    directory.resolve("forced"), Optional.empty(), Map.of(), Durability.POWER));
        JdbcCatalog stock = stock(directory.resolve("stock"))) {
      System.out.printf(
          Locale.ROOT,
          "%d appends of one small file each, in turns, after %d to warm up; milliseconds%n",
          commits,
          WARM_UP);
      Appender ours = new Appender(lake);
      Appender durable = new Appender(forced);
      Table table = stockTable(stock, "append");
      long[] ourTimes = new long[commits];
      long[] durableTimes = new long[commits];
      long[] stockTimes = new long[commits];
      for (int i = -WARM_UP; i < commits; i++) {
        int name = i + WARM_UP;
        long a = time(ours::append);
        long b = time(() -> stockAppend(table, name));
        if (i >= 0) {
          ourTimes[i] = a;
          stockTimes[i] = b;
        }
      }
      print("append, Headrace", ourTimes);
      print("append, stock Iceberg", stockTimes);
      // Apart: what it forces to disk would slow the others too.
      for (int i = 0; i < commits; i++) {
        durableTimes[i] = time(durable::append);
      }
      print("append, Headrace forced to disk", durableTimes);

      for (int i = -WARM_UP; i < commits; i++) {
        int name = i + WARM_UP;
        long a = time(() -> create(lake, name));
        long b = time(() -> stockAppend(stockTable(stock, "t" + name), 0));
        if (i >= 0) {
          ourTimes[i] = a;
          stockTimes[i] = b;
        }
      }
      print("create with data, Headrace", ourTimes);
      print("create then append, stock Iceberg", stockTimes);
      long[] scanTimes = new long[commits];
      for (int i = 0; i < commits; i++) {
        scanTimes[i] = time(ours::scan);
      }
      print("scan of the appended table, Headrace", scanTimes);
    } finally {
      new LocalFileIO(Durability.PROCESS).deletePrefix(directory.toString());
    }
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
      if (lake.scan(VERSION, base.orElseThrow()).files().size() != files) {
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

  private static long time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static void print(String what, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-40s p50 %7.2f   p95 %7.2f   max %7.2f%n",
        what,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.95)] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }

  private CommitBenchmark() {}
}
