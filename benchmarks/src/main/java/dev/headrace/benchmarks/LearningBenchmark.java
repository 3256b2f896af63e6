package dev.headrace.benchmarks;

import dev.headrace.cli.Main;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Gradient boosting from a lake table, reading and saving included, against the bare XGBoost call
 * over arrays that are in memory already.
 */
final class LearningBenchmark implements Benchmark {
  private static final int ROWS = Integer.getInteger("headrace.benchmarks.rows", 1_000_000);
  private static final int FEATURES = 30;
  private static final double ASKED = 1.10;

  @Override
  public String name() {
    return "gbdt";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path project = workspace.fresh("gbdt");
    try {
      Path parquet = write(project);
      Projects.run(project, "kind:source");
      train(project);
      Map<String, Samples> ours = new LinkedHashMap<>();
      Map<String, Samples> peer = new LinkedHashMap<>();
      Process process =
          java(
              "-Xmx4g",
              LearningProcess.class,
              project.toString(),
              parquet.toString(),
              Integer.toString(FEATURES),
              Integer.toString(Math.min(workspace.rounds(), 5)));
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] told = line.split(" ", -1);
          ours.computeIfAbsent(told[0], _ -> new Samples())
              .add(Double.parseDouble(told[1]), Double.parseDouble(told[2]));
          peer.computeIfAbsent(told[0], _ -> new Samples())
              .add(Double.parseDouble(told[3]), Double.parseDouble(told[4]));
        }
      }
      finish(process, "see above");
      return List.of(
          result(
              "",
              ASKED,
              ours.getOrDefault("model", new Samples()),
              peer.getOrDefault("model", new Samples()),
              "ours is `models reproduce`: read the snapshot, order, split, learn, save, compare"
                  + " with what was registered to the byte; the bare call makes XGBoost's matrix"
                  + " of 30 arrays of doubles, grows the trees and saves them; both in a process"
                  + " of their own with 4 GiB, by the same calls of the same library"),
          result(
              ", judged and published",
              Double.POSITIVE_INFINITY,
              ours.getOrDefault("train", new Samples()),
              peer.getOrDefault("train", new Samples()),
              "ours is `train`: the same, and metrics with intervals, leaks, the version and the"
                  + " table of predictions"));
    } finally {
      Workspace.delete(project);
    }
  }

  private static Result result(String more, double limit, Samples ours, Samples peer, String note) {
    double ratio = Samples.median(Samples.ratios(ours.wall(), peer.wall()));
    boolean asked = Double.isFinite(limit);
    return new Result(
        String.format(
            Locale.ROOT,
            "gradient boosting, %,d x %d, %d trees, from a lake table%s",
            ROWS,
            FEATURES,
            LearningProcess.TREES,
            more),
        asked ? "<= 1.10x the bare XGBoost call" : "report",
        ours.text(),
        peer.text() + " over arrays in memory",
        String.format(
            Locale.ROOT,
            "%.2fx; CPU %.2fx",
            ratio,
            Samples.median(Samples.ratios(ours.cpu(), peer.cpu()))),
        ratio <= limit,
        List.of(note));
  }

  /** In a process of its own, for its memory. */
  private static void train(Path project) throws Exception {
    Process process = java("-Xmx4g", Main.class, "run", "-p", project.toString());
    finish(process, new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static Process java(String memory, Class<?> main, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                memory,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void finish(Process process, String told) throws Exception {
    if (process.waitFor() != 0) {
      throw new IllegalStateException("a process failed: " + told);
    }
  }

  private static Path write(Path project) throws Exception {
    Path parquet = Files.createDirectories(project.resolve("data")).resolve("clicks.parquet");
    String score =
        IntStream.range(0, FEATURES)
            .mapToObj(j -> "x%d * %.1f".formatted(j, (j % 5 - 2) / 2.0))
            .collect(Collectors.joining(" + "));
    String columns =
        IntStream.range(0, FEATURES)
            .mapToObj(j -> "random() * 4 - 2 as x" + j)
            .collect(Collectors.joining(", "));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = 1");
      statement.execute("select setseed(0.42)");
      statement.execute(
          "copy (select *, cast(random() < 1 / (1 + exp(-(%s))) as int) as clicked from (select i as id, i %% 100 = 0 as test, %s from range(%d) t(i))) to '%s'"
              .formatted(score, columns, ROWS, parquet));
    }
    Files.createDirectories(project.resolve("sources"));
    Files.createDirectories(project.resolve("models"));
    Files.writeString(project.resolve("headrace.yaml"), "name: gbdt\n");
    Files.writeString(project.resolve("sources/examples.yaml"), "files: data/clicks.parquet\n");
    Files.writeString(
        project.resolve("models/clicks.yaml"),
        """
        label: clicked
        from: examples
        key: [id]
        split: {column: test}
        learn: {gbdt: {trees: %d, depth: %d}}
        evaluate: {metrics: [auc], importance: false}
        threads: %d
        """
            .formatted(
                LearningProcess.TREES,
                LearningProcess.DEPTH,
                Runtime.getRuntime().availableProcessors()));
    return parquet;
  }
}
