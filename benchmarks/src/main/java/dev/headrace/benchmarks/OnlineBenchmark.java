package dev.headrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The online store: recovery after a kill, reads in process and over HTTP. */
final class OnlineBenchmark implements Benchmark {
  private static final int KEYS = 1_000_000;
  private static final int BATCH = 2_000;
  private static final double SECONDS = 8;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "online";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path directory = workspace.fresh("online");
    List<Result> results = new ArrayList<>();
    results.add(recovery(directory));
    results.add(read(directory));
    results.addAll(http(directory));
    return results;
  }

  private static Process start(String what, Path directory) throws IOException {
    return ServingProcess.start(
        OnlineProcess.class, what, directory.toString(), Integer.toString(KEYS));
  }

  /** Kills a writer in its second round over all keys, then opens what it left. */
  private static Result recovery(Path directory) throws Exception {
    long acknowledgedKeys = 0;
    Process writer = start("fill", directory);
    try (BufferedReader said = writer.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        String[] words = line.split(" ", -1);
        acknowledgedKeys = Long.parseLong(words[1]) * KEYS + Long.parseLong(words[2]);
        if (acknowledgedKeys == KEYS + KEYS / 3 / BATCH * BATCH) {
          writer.toHandle().destroyForcibly();
        }
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
    List<String> lines = output(start("recover", directory));
    String[] words = lines.getFirst().split(" ", -1);
    double seconds = Double.parseDouble(words[1]);
    long keys = Long.parseLong(words[2]);
    long lost = lost(lines.get(1).split(" ", -1), acknowledgedKeys);
    return new Result(
        "recovery of 1 million keys × 50 features after `kill -9`",
        "<= 5 s, nothing acknowledged lost",
        String.format(Locale.ROOT, "%.2f s, %d lost", seconds, lost),
        Result.NONE,
        Result.NONE,
        seconds <= 5 && keys == KEYS && lost == 0,
        List.of(
            String.format(
                Locale.ROOT,
                "killed after %,d acknowledged rows; keys and rows %.0f bytes a key, heap %.0f",
                acknowledgedKeys,
                Double.parseDouble(words[3]) / keys,
                Double.parseDouble(words[4]) / keys)));
  }

  /** Batches whose version is older than what was acknowledged of them. */
  private static long lost(String[] versions, long acknowledgedKeys) {
    long lost = 0;
    for (int batch = 0; batch + 1 < versions.length; batch++) {
      long end = (batch + 1L) * BATCH;
      long acknowledged = (acknowledgedKeys - end) / KEYS;
      if (Long.parseLong(versions[batch + 1]) < acknowledged) {
        lost++;
      }
    }
    return lost;
  }

  private static List<String> output(Process process) throws Exception {
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = said.lines().toList();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the process failed: " + lines);
      }
      return lines;
    }
  }

  private static Result read(Path directory) throws Exception {
    String[] words = output(start("read", directory)).getFirst().split(" ", -1);
    double p50 = Double.parseDouble(words[1]);
    double p99 = Double.parseDouble(words[2]);
    return new Result(
        "online read, 50 features of 1 key of a million, in process",
        "p50 <= 2 µs, p99 <= 10 µs",
        String.format(Locale.ROOT, "p50 %.2f µs, p99 %.2f µs", p50, p99),
        Result.NONE,
        Result.NONE,
        p50 <= 2 && p99 <= 10,
        List.of(
            "p99.9 "
                + words[3]
                + " µs; the key is encoded, all values and statuses are looked at"));
  }

  private static List<Result> http(Path directory) throws Exception {
    List<HttpLoad.Answers> steady = new ArrayList<>();
    List<HttpLoad.Answers> constant = new ArrayList<>();
    HttpLoad.Answers full;
    HttpLoad.Answers batches;
    try (Served features = Served.start(directory, "serve");
        Served same = Served.start(directory, "constant")) {
      HttpLoad one = HttpLoad.features(features.port(), 1, KEYS);
      one.atFullLoad(16, SECONDS); // Warms up both.
      full = one.atFullLoad(16, SECONDS);
      HttpLoad none = HttpLoad.features(same.port(), 1, KEYS);
      none.atFullLoad(16, SECONDS);
      for (int round = 0; round < ROUNDS; round++) {
        steady.add(one.atRate(16, SECONDS, 5_000));
        constant.add(none.atRate(16, SECONDS, 5_000));
      }
      HttpLoad hundred = HttpLoad.features(features.port(), 100, KEYS);
      hundred.atFullLoad(1, SECONDS / 2);
      batches = hundred.atFullLoad(1, SECONDS);
    }
    HttpLoad.Answers middle = middle(steady);
    return List.of(
        result(
            "the same over HTTP, 5,000 requests a second, client on the same cores",
            "p99 <= 1 ms",
            middle,
            words(middle(constant)) + " of a constant answer",
            middle.millisAt(0.99) <= 1 && middle.perSecond() > 4_900),
        result(
            "the same at full load, 16 connections",
            ">= 20,000 requests/s",
            full,
            Result.NONE,
            full.perSecond() >= 20_000),
        result(
            "100 keys × 50 features over HTTP, one connection",
            "p99 <= 3 ms",
            batches,
            Result.NONE,
            batches.millisAt(0.99) <= 3));
  }

  /** A server in a process of its own. */
  private record Served(Process process, int port) implements AutoCloseable {
    static Served start(Path directory, String what) throws IOException {
      Process process = OnlineBenchmark.start(what, directory);
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      return new Served(process, Integer.parseInt(line.split(" ", -1)[1]));
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close(); // It ends by itself then.
      process.onExit().join();
    }
  }

  /** The one of the middle p99. */
  private static HttpLoad.Answers middle(List<HttpLoad.Answers> rounds) {
    return rounds.stream()
        .sorted(Comparator.comparingDouble(answers -> answers.millisAt(0.99)))
        .toList()
        .get(rounds.size() / 2);
  }

  private static Result result(
      String what, String asked, HttpLoad.Answers answers, String peer, boolean met) {
    return new Result(
        what,
        asked,
        words(answers),
        peer,
        Result.NONE,
        met,
        List.of(String.format(Locale.ROOT, "p99.9 %.2f ms", answers.millisAt(0.999))));
  }

  private static String words(HttpLoad.Answers answers) {
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms, p99 %.2f ms, %,.0f requests/s",
        answers.millisAt(0.5),
        answers.millisAt(0.99),
        answers.perSecond());
  }
}
