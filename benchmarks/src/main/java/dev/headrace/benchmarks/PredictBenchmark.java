package dev.headrace.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Predictions by key over HTTP: 50 features of one of many users are fetched and 100 trees walked,
 * and every prediction is logged with its vector.
 */
final class PredictBenchmark implements Benchmark {
  static final int FEATURES = 50;
  private static final int USERS = 100_000;
  private static final int LABELS = 20_000;
  private static final int CONNECTIONS = 16;

  /** Two for each processor: more wait for processors, which the client takes as well. */
  private static final int FEW_CONNECTIONS = 4;

  private static final double SECONDS = 8;
  private static final int ASKED_PER_SECOND = 15_000;
  private static final int EASY_PER_SECOND = 5_000;

  @Override
  public String name() {
    return "predict-http";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path project = workspace.fresh("predict");
    write(project);
    Projects.run(project);
    Process server = ServingProcess.start(PredictProcess.class, project.toString());
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      int port = Integer.parseInt(said.readLine().split(" ", -1)[1]);
      HttpLoad load = new HttpLoad(port, "/api/v1/predict/answer", PredictBenchmark::body, 100);
      load.atFullLoad(CONNECTIONS, SECONDS); // Warms up both.
      HttpLoad.Answers few = load.atFullLoad(FEW_CONNECTIONS, SECONDS);
      HttpLoad.Answers full = load.atFullLoad(CONNECTIONS, SECONDS);
      HttpLoad.Answers asked = load.atRate(CONNECTIONS, SECONDS, ASKED_PER_SECOND);
      HttpLoad.Answers easy = load.atRate(CONNECTIONS, SECONDS, EASY_PER_SECOND);
      return List.of(
          result(
              "predict by key over HTTP, 50 features + 100 trees, client on the same cores:"
                  + " 4 connections that ask again at once",
              ">= 15,000 requests/s, p99 <= 3 ms",
              few,
              few.perSecond() >= ASKED_PER_SECOND && few.millisAt(0.99) <= 3),
          result(
              "the same with 16 connections", "report", full, full.perSecond() >= ASKED_PER_SECOND),
          result(
              "the same on a timetable of 15,000 requests a second, waiting included",
              "report",
              asked,
              asked.perSecond() > 0.99 * ASKED_PER_SECOND),
          result(
              "the same on a timetable of 5,000 requests a second",
              "report",
              easy,
              easy.perSecond() > 0.99 * EASY_PER_SECOND));
    } finally {
      server.getOutputStream().close();
      server.waitFor();
    }
  }

  private static String body(SplittableRandom random) {
    return "{\"rows\":[{\"user_id\":" + random.nextInt(USERS) + "}]}";
  }

  private static Result result(String what, String asked, HttpLoad.Answers answers, boolean met) {
    return new Result(
        what,
        asked,
        String.format(
            Locale.ROOT,
            "%,.0f requests/s, p50 %.2f ms, p99 %.2f ms",
            answers.perSecond(),
            answers.millisAt(0.5),
            answers.millisAt(0.99)),
        Result.NONE,
        Result.NONE,
        met,
        List.of(
            String.format(
                Locale.ROOT,
                "p99.9 %.2f ms; every prediction is logged with its vector",
                answers.millisAt(0.999))));
  }

  private static void write(Path project) throws IOException {
    Files.createDirectories(project.resolve("raw"));
    for (String folder : List.of("sources", "features", "models", "deployments")) {
      Files.createDirectories(project.resolve(folder));
    }
    Files.writeString(project.resolve("headrace.yaml"), "name: predict\n");
    String columns =
        IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
    Files.writeString(
        project.resolve("sources/users.yaml"),
        "files: raw/users.csv\nload: replace\ncolumns: {user_id: long, seen_at: timestamp"
            + columns(": double")
            + "}\n");
    Files.writeString(
        project.resolve("sources/labels.yaml"),
        """
        files: raw/labels.csv
        load: replace
        columns: {label_id: long, user_id: long, asked_at: timestamp, answer: string}
        """);
    Files.writeString(
        project.resolve("features/state.yaml"),
        "entity: user\nfrom: users\ntime: seen_at\nfeatures:\n"
            + IntStream.range(0, FEATURES)
                .mapToObj(i -> "  g%d: {last: f%d}%n".formatted(i, i))
                .collect(Collectors.joining()));
    Files.writeString(
        project.resolve("models/answers.yaml"),
        """
        label: answer
        from: labels
        time: asked_at
        features: [state.*]
        key: [label_id]
        learn: {gbdt: {trees: 100, depth: 5}}
        split: {test: 20%}
        evaluate: {metrics: [log-loss]}
        """);
    Files.writeString(project.resolve("deployments/answer.yaml"), "model: answers\n");
    Random random = new Random(7);
    try (BufferedWriter users = Files.newBufferedWriter(project.resolve("raw/users.csv"));
        BufferedWriter labels = Files.newBufferedWriter(project.resolve("raw/labels.csv"))) {
      users.write("user_id,seen_at," + columns + "\n");
      labels.write("label_id,user_id,asked_at,answer\n");
      for (int user = 0; user < USERS; user++) {
        double sum = 0;
        StringBuilder line = new StringBuilder().append(user).append(",2026-03-01T00:00:00");
        for (int i = 0; i < FEATURES; i++) {
          double x = Math.rint(random.nextGaussian() * 1_000) / 1_000;
          sum += i % 2 == 0 ? x : -x * x / 4;
          line.append(',').append(x);
        }
        users.write(line.append('\n').toString());
        if (user < LABELS) {
          String answer = sum + 4 * random.nextGaussian() > -6 ? "yes" : "no";
          labels.write("%d,%d,2026-03-02T00:00:00,%s%n".formatted(user, user, answer));
        }
      }
    }
  }

  private static String columns(String type) {
    return IntStream.range(0, FEATURES)
        .mapToObj(i -> ", f" + i + type)
        .collect(Collectors.joining());
  }
}
