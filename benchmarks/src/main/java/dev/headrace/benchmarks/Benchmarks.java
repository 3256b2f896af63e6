package dev.headrace.benchmarks;

import dev.headrace.cli.process.LogSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Runs the short benchmarks, those named, or {@code all}, and prints the table of {@code
 * docs/benchmarks.md}.
 *
 * <p>Arguments: {@code [--rounds N] [NAME...|all]}. Everything is written to a temporary directory
 * and deleted.
 */
public final class Benchmarks {
  private static final String EVERY = "all";

  private static final List<Benchmark> ALL =
      List.of(
          new TpchBenchmark(),
          new TablesBenchmark(),
          new JsonLinesBenchmark(),
          new CheckBenchmark(),
          new CommitBenchmark(),
          new EnvironmentBenchmark(),
          new FeaturesBenchmark(),
          new WindowsBenchmark(),
          new DailyBenchmark(),
          new OnlineBenchmark(),
          new PredictBenchmark(),
          new ExperimentBenchmark(),
          new ExperimentScaleBenchmark(),
          new AssignBenchmark(),
          new LearningBenchmark(),
          new ScoringBenchmark(),
          new StartBenchmark(),
          new SparkBenchmark(),
          new SparkOverhead());

  private Benchmarks() {}

  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    int rounds = 7;
    int option = words.indexOf("--rounds");
    if (option >= 0) {
      rounds = Integer.parseInt(words.get(option + 1));
      words.subList(option, option + 2).clear();
    }
    List<String> names = ALL.stream().map(Benchmark::name).toList();
    boolean every = words.equals(List.of(EVERY));
    if (!every && !names.containsAll(words)) {
      System.err.println("Cannot run " + words + ": known are " + names + " and " + EVERY + ".");
      System.exit(2);
    }
    List<Benchmark> chosen =
        ALL.stream()
            .filter(b -> every || (words.isEmpty() ? !b.isLong() : words.contains(b.name())))
            .toList();
    LogSetup.prepare(null, false);
    System.out.println(Machine.text());
    List<Result> results = run(chosen, rounds);
    print(results);
    System.exit(results.stream().allMatch(Result::met) ? 0 : 1);
  }

  private static List<Result> run(List<Benchmark> chosen, int rounds) throws Exception {
    Path root = Path.of(System.getProperty("headrace.root", "")).toAbsolutePath();
    List<Result> results = new ArrayList<>();
    try (Workspace workspace =
        new Workspace(Files.createTempDirectory("headrace-benchmarks"), root, rounds)) {
      for (Benchmark benchmark : chosen) {
        double before = Machine.load();
        long start = System.nanoTime();
        List<Result> measured = benchmark.measure(workspace);
        System.err.printf(
            Locale.ROOT,
            "%s: measured in %.0f s, load %.1f before, %.1f after%n",
            benchmark.name(),
            (System.nanoTime() - start) / 1e9,
            before,
            Machine.load());
        measured.forEach(System.err::println);
        results.addAll(measured);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the workspace cannot be used", e);
    }
    return results;
  }

  private static void print(List<Result> results) {
    System.out.println("\n| what | asked | Headrace | peer | ratio | met |");
    System.out.println("|---|---|---|---|---|---|");
    for (Result result : results) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %s |%n",
          result.what(),
          result.asked(),
          result.ours(),
          result.peer(),
          result.ratio(),
          result.met() ? "yes" : "**no**");
    }
    System.out.println();
    for (Result result : results) {
      for (String note : result.notes()) {
        System.out.println("- " + result.what() + ": " + note);
      }
    }
  }
}
