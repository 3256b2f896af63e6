package dev.headrace.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * JSON lines become a typed lake table, by a run of a project (the file is hashed, each row gets
 * its line number, what does not parse would be kept aside, a snapshot is published), against
 * DuckDB copying the same file to Parquet.
 */
final class JsonLinesBenchmark implements Benchmark {
  private static final int ROWS = 2_000_000;
  private static final double ASKED_RATE = 0.5;
  private static final long HEAP_BYTES = 512L << 20;

  @Override
  public String name() {
    return "json";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path project = workspace.fresh("json");
    Files.createDirectories(project.resolve("sources"));
    Files.writeString(project.resolve("headrace.yaml"), "name: json\ntimezone: UTC\n");
    Files.writeString(
        project.resolve("sources/events.yaml"), "files: data/*.jsonl\nload: append\n");
    Path file = Files.createDirectories(project.resolve("data")).resolve("events.jsonl");
    write(file);
    long megabytes = Files.size(file) >> 20;
    Race race =
        Race.of(
            1,
            Math.min(workspace.rounds(), 5),
            () -> load(project),
            () -> copy(file, workspace.directory().resolve("raw.parquet")));
    Workspace.delete(project);
    double rate = 1 / race.ratio();
    boolean smallHeap = Runtime.getRuntime().maxMemory() <= HEAP_BYTES;
    return List.of(
        new Result(
            "JSON lines to a typed lake table, end to end",
            ">= 50 % of raw DuckDB's JSON to Parquet rate, heap <= 512 MiB",
            race.ours().text(),
            race.peer().text(),
            String.format(
                Locale.ROOT, "%.0f %% of the rate; CPU %.2fx", 100 * rate, race.cpuRatio()),
            rate >= ASKED_RATE && smallHeap,
            List.of(
                String.format(
                    Locale.ROOT,
                    "%,d rows, %d MB: %.0f MB/s; heap at most %d MiB",
                    ROWS,
                    megabytes,
                    megabytes / race.ours().median(),
                    Runtime.getRuntime().maxMemory() >> 20))));
  }

  private static void load(Path project) throws IOException {
    Workspace.delete(project.resolve(".headrace"));
    long rows = Projects.run(project).steps().getFirst().rowsOut();
    if (rows != ROWS) {
      throw new IllegalStateException(rows + " rows loaded");
    }
  }

  private static void copy(Path file, Path to) throws Exception {
    Files.deleteIfExists(to);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement copy = connection.createStatement()) {
      copy.execute(
          "copy (select * from read_json('%s', format = 'newline_delimited')) to '%s' (format parquet, compression zstd, compression_level 1)"
              .formatted(file, to));
    }
  }

  /** The same bytes on every run. */
  private static void write(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(20260301);
    String[] kinds = {"click", "view", "purchase"};
    String[] countries = {"de", "us", "np", "br"};
    StringBuilder line = new StringBuilder();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (long i = 0; i < ROWS; i++) {
        int cents = random.nextInt(10_000);
        line.setLength(0);
        line.append("{\"event_id\":").append(i);
        line.append(",\"user_id\":\"user_").append(random.nextInt(100_000));
        line.append("\",\"ts\":\"").append(Instant.ofEpochSecond(1_767_225_600L + i));
        line.append("\",\"kind\":\"").append(kinds[random.nextInt(kinds.length)]);
        line.append("\",\"amount\":").append(cents / 100).append('.').append(cents / 10 % 10);
        line.append(cents % 10);
        line.append(",\"ctx\":{\"country\":\"").append(countries[random.nextInt(4)]);
        line.append("\",\"device\":\"d").append(random.nextInt(50));
        line.append("\",\"score\":").append(random.nextInt(1_000)).append("}}\n");
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
