package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.decisions.experiments.report.ExperimentReport;
import dev.headrace.spi.engine.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An experiment with ten events per unit and 20 metrics with CUPED: everything from nothing, and
 * then a further day of events and of units. A tenth of the size that is asked for, unless {@code
 * headrace.benchmarks.units} says 10000000, which takes 20 GB of disk and several minutes.
 */
final class ExperimentScaleBenchmark implements Benchmark {
  private static final long ASKED_UNITS = 10_000_000;
  private static final int DAYS = 28;
  private static final int LOOKBACK = 14;
  private static final long EVENTS_PER_UNIT = 10;

  @Override
  public String name() {
    return "experiment-scale";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    long units = Long.getLong("headrace.benchmarks.units", ASKED_UNITS / 10);
    Path project = workspace.fresh("experiment");
    write(project);
    generate(project, units, -LOOKBACK, DAYS - 1);
    Projects.run(project);
    clearPeak();
    Samples cold = new Samples();
    ExperimentReport[] report = new ExperimentReport[1];
    cold.time(() -> report[0] = analyze(project));
    double coldPeak = peakBytes() / 1e9;
    long before = units(report[0]);

    generate(project, units, DAYS - 1, DAYS);
    Projects.run(project);
    clearPeak();
    Samples further = new Samples();
    further.time(() -> report[0] = analyze(project));
    double furtherPeak = peakBytes() / 1e9;
    if (units(report[0]) <= before) {
      throw new IllegalStateException("the further day brought no units");
    }
    Samples again = new Samples();
    again.time(() -> analyze(project));

    Workspace.delete(project.resolve(".headrace/experiments"));
    ExperimentReport anew = analyze(project);
    if (!anew.equals(report[0])) {
      throw new IllegalStateException("what was kept gives another report than all computed anew");
    }
    boolean full = units >= ASKED_UNITS; // A smaller size shows nothing of what is asked.
    String size =
        units / 1_000_000 + " M units, " + units * EVENTS_PER_UNIT / 1_000_000 + " M events";
    return List.of(
        new Result(
            size + ", 20 metrics with CUPED, cold",
            full ? "<= 60 s, <= 4 GB" : "<= 60 s, <= 4 GB at 10 M units",
            cold.text(),
            Result.NONE,
            Result.NONE,
            full && cold.median() <= 60 && coldPeak <= 4,
            List.of(notes(cold, coldPeak))),
        new Result(
            size + ", a further day",
            full ? "<= 5 s" : "<= 5 s at 10 M units",
            further.text(),
            Result.NONE,
            Result.NONE,
            full && further.median() <= 5,
            List.of(
                notes(further, furtherPeak),
                "the same report as everything computed anew; asked again it takes "
                    + again.text())));
  }

  private static String notes(Samples samples, double peak) {
    return String.format(
        Locale.ROOT,
        "processor time %.1f s; the process held %.2f GB at most",
        samples.medianCpu(),
        peak);
  }

  private static long units(ExperimentReport report) {
    return report.arms().stream().mapToLong(ExperimentReport.Arm::units).sum();
  }

  private static ExperimentReport analyze(Path project) {
    try (Headrace headrace = Headrace.open(project, Ambient.ofProcess(), false)) {
      return headrace.experiments(headrace.published("prod")).analyze("checkout", Watch.none());
    }
  }

  /** Lets the kernel begin anew to note how much memory this process holds at most. */
  private static void clearPeak() throws IOException {
    System.gc();
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("the kernel does not say how much memory was used");
  }

  private static void generate(Path project, long units, int from, int to) throws SQLException {
    Path data = project.resolve("data");
    long perDay = units * EVENTS_PER_UNIT / (DAYS + LOOKBACK);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      for (int day = from; day < to; day++) {
        String start = "timestamp '2026-03-01' + to_days(" + day + ")";
        statement.execute(
            """
            copy (
              select cast(hash(i, %1$d) %% %2$d as bigint) as user_id,
                %3$s + to_microseconds(cast(i * (86400000000 // %4$d) as bigint)) as at,
                cast(hash(i, %1$d, 1) %% 8 as int) as kind,
                cast((hash(i, %1$d, 2) %% 100000) / 100.0 as decimal(12,2)) as amount,
                cast(hash(i, %1$d, 3) %% 2000 as int) as ms
              from range(%4$d) as t(i)) to '%5$s'"""
                .formatted(
                    day, units, start, perDay, data.resolve("events-" + (day + 100) + ".parquet")));
        if (day >= 0) {
          statement.execute(
              """
              copy (
                select i as user_id,
                  case when hash(i, 7) %% 2 = 0 then 'control' else 'treatment' end as variant,
                  %1$s + to_seconds(cast(hash(i, 8) %% 86400 as bigint)) as at
                from range(%2$d) as t(i) where hash(i, 9) %% %3$d = %4$d) to '%5$s'"""
                  .formatted(
                      start,
                      units,
                      DAYS,
                      day,
                      data.resolve("exposures-" + (day + 100) + ".parquet")));
        }
      }
    }
  }

  private static void write(Path project) throws IOException {
    for (String folder : List.of("data", "sources", "metrics", "experiments")) {
      Files.createDirectories(project.resolve(folder));
    }
    Files.writeString(
        project.resolve("headrace.yaml"),
        "name: scale\nengine: {duckdb: {memory: 3500MB, threads: 2}}\n");
    for (String source : List.of("events", "exposures")) {
      Files.writeString(
          project.resolve("sources/" + source + ".yaml"),
          "files: data/" + source + "-*.parquet\ntime: at\n");
    }
    List<String> names = new ArrayList<>();
    for (int kind = 0; kind < 8; kind++) {
      metric(project, names, "events_" + kind, "count: \"*\"\nwhere: kind = " + kind);
    }
    for (int kind = 0; kind < 6; kind++) {
      metric(project, names, "amount_" + kind, "sum: amount\nwhere: kind = " + kind);
    }
    for (int kind = 0; kind < 4; kind++) {
      metric(project, names, "share_" + kind, "proportion: kind = " + kind + "\nentity: user_id");
    }
    metric(project, names, "latency", "mean: ms\nwhere: kind = 6");
    metric(project, names, "time_spent", "sum: ms\nwhere: kind = 7");
    Files.writeString(
        project.resolve("experiments/checkout.yaml"),
        """
        unit: user_id
        assignments: exposures
        variants: {control: 50%%, treatment: 50%%}
        metrics: {goal: %s}
        period: {start: 2026-03-01, end: 2026-03-28}
        analysis: {sequential: anytime, cuped: {lookback: %dd}}
        """
            .formatted(names, LOOKBACK));
  }

  private static void metric(Path project, List<String> names, String name, String text)
      throws IOException {
    names.add(name);
    Files.writeString(project.resolve("metrics/" + name + ".yaml"), text + "\ntable: events\n");
  }
}
