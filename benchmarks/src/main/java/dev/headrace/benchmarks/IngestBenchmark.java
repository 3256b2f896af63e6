package dev.headrace.benchmarks;

import dev.headrace.core.project.spec.ByteSize;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.data.duckdb.DuckDb;
import dev.headrace.data.duckdb.DuckDbEngine;
import dev.headrace.data.duckdb.EngineConfig;
import dev.headrace.data.ingest.CsvOptions;
import dev.headrace.data.ingest.Format;
import dev.headrace.data.ingest.Load;
import dev.headrace.data.ingest.LoadRequest;
import dev.headrace.data.ingest.LoadResult;
import dev.headrace.data.ingest.Loader;
import dev.headrace.data.ingest.OnChange;
import dev.headrace.data.ingest.SourceFiles;
import dev.headrace.data.ingest.SourceSpec;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * JSON lines to typed Parquet: our load, with line numbers, hashing and quarantine, against what
 * DuckDB alone does with the same file. Both on the same engine settings, one after the other,
 * several rounds.
 *
 * <p>Arguments: number of rows (5000000), rounds (5).
 */
public final class IngestBenchmark {
  private static final long ENGINE_BYTES = 2L << 30;
  private final Path directory;
  private final int rounds;
  private int loads;

  private IngestBenchmark(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws Exception {
    long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Path directory = Files.createTempDirectory("headrace-ingest");
    try {
      new IngestBenchmark(directory, rounds).run(rows);
    } finally {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private void run(long rows) throws Exception {
    for (String part : List.of("out", "staging", "raw")) {
      Files.createDirectories(directory.resolve(part));
    }
    Path clean = write("clean.jsonl", rows, 0);
    Path dirty = write("dirty.jsonl", rows, 0.01);
    System.out.printf(
        Locale.ROOT,
        "%,d rows, %,d MB; %d processors, heap %,d MB%n",
        rows,
        Files.size(clean) >> 20,
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20);
    EngineConfig config =
        EngineConfig.defaults(directory.resolve("spill"), List.of(directory))
            .withMemoryLimitBytes(ENGINE_BYTES);
    try (DuckDb duckDb = DuckDb.open(config);
        DuckDbEngine engine = DuckDbEngine.open(config)) {
      Samples raw = new Samples();
      Samples ours = new Samples();
      Samples oursDirty = new Samples();
      for (int round = 0; round <= rounds; round++) {
        Samples.Work rawWork = () -> raw(duckDb, clean);
        Samples.Work oursWork = () -> ours(engine, clean, rows, 0);
        Samples.Work dirtyWork = () -> ours(engine, dirty, rows, 1);
        if (round == 0) { // warms up
          rawWork.run();
          oursWork.run();
          dirtyWork.run();
        } else {
          raw.time(rawWork);
          ours.time(oursWork);
          oursDirty.time(dirtyWork);
        }
      }
      print("raw", raw, raw);
      print("ours", ours, raw);
      print("ours, 1 % dirty", oursDirty, raw);
    }
  }

  private static void print(String name, Samples samples, Samples raw) {
    System.out.printf(
        Locale.ROOT,
        "%-16s %s, %.2f s of processor time; rate against raw: %.0f %%, by processor time %.0f %%%n",
        name,
        samples.text(),
        samples.medianCpu(),
        100 / Samples.median(Samples.ratios(samples.wall(), raw.wall())),
        100 / Samples.median(Samples.ratios(samples.cpu(), raw.cpu())));
  }

  private void raw(DuckDb duckDb, Path file) throws SQLException {
    try (DuckDBConnection connection = duckDb.connection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM read_json('"
              + file
              + "')) TO '"
              + directory.resolve("raw/raw.parquet")
              + "' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)");
    }
  }

  private void ours(DuckDbEngine engine, Path file, long rows, int atLeastRejected)
      throws IOException {
    SourceSpec spec =
        new SourceSpec(
            List.of(file.toString()),
            Format.JSON,
            Load.APPEND,
            OnChange.ERROR,
            atLeastRejected == 0 ? Map.of() : Map.of("amount", "double", "event_id", "long"),
            Map.of(),
            List.of(),
            null,
            Percentage.parse("5%"),
            ByteSize.parse("16MiB"),
            "utf-8",
            List.of(),
            CsvOptions.STANDARD,
            null,
            List.of(),
            List.of());
    LoadResult result =
        new Loader(engine.trusted())
            .load(
                new LoadRequest(
                    "events",
                    spec,
                    SourceFiles.discover(spec.files(), directory),
                    Optional.empty(),
                    Instant.EPOCH,
                    directory.resolve("out"),
                    directory.resolve("out"),
                    directory.resolve("staging"),
                    "load" + loads++,
                    IngestBenchmark::withIds,
                    _ -> List.of()),
                Watch.none());
    if (result.rowsLoaded() + result.rejected() != rows || result.rejected() < atLeastRejected) {
      throw new IllegalStateException(
          "%d rows loaded, %d rejected of %d"
              .formatted(result.rowsLoaded(), result.rejected(), rows));
    }
    for (var written : result.written()) {
      Files.delete(Path.of(written.path()));
    }
  }

  private static Schema withIds(Schema schema) {
    int[] next = {0};
    return new Schema(schema.fields().stream().map(field -> withIds(field, next)).toList());
  }

  private static Field withIds(Field field, int[] next) {
    int id = ++next[0];
    Type type =
        field.type() instanceof Type.Struct struct
            ? new Type.Struct(struct.fields().stream().map(inner -> withIds(inner, next)).toList())
            : field.type();
    return new Field(id, field.name(), type);
  }

  /** The same bytes on every run; a share of the rows is wrong in one of three ways. */
  private Path write(String name, long rows, double wrong) throws IOException {
    SplittableRandom random = new SplittableRandom(20260301);
    String[] kinds = {"click", "view", "purchase"};
    String[] countries = {"de", "us", "np", "br"};
    Path file = directory.resolve(name);
    StringBuilder line = new StringBuilder();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (long i = 0; i < rows; i++) {
        line.setLength(0);
        line.append("{\"event_id\":").append(i).append(",\"user_id\":\"user_");
        line.append(random.nextInt(100_000)).append("\",\"ts\":\"");
        line.append(Instant.ofEpochSecond(1_767_225_600L + i)).append("\",\"kind\":\"");
        line.append(kinds[random.nextInt(kinds.length)]).append("\",\"amount\":");
        boolean bad = random.nextDouble() < wrong;
        int way = bad ? random.nextInt(3) : -1;
        int cents = random.nextInt(10_000);
        line.append(way == 0 ? "\"n/a\"" : cents / 100 + "." + cents / 10 % 10 + cents % 10);
        line.append(",\"ctx\":{\"country\":\"").append(countries[random.nextInt(4)]);
        line.append("\",\"device\":\"d").append(random.nextInt(50));
        line.append("\",\"score\":").append(random.nextInt(1_000));
        line.append(way == 1 ? "\n" : way == 2 ? "}}}\n" : "}}\n");
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }
}
