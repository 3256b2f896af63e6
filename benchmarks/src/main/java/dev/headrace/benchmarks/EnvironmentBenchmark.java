package dev.headrace.benchmarks;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Environments;
import dev.headrace.core.ledger.Ledger;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.ledger.RunRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Environments of 1,000 tables: making one and reading it whole, promoting one that has redefined
 * every table, and going back. The ledger alone is at work, on a file on disk; no table is touched.
 */
final class EnvironmentBenchmark implements Benchmark {
  private static final int TABLES = 1_000;
  private static final double MAKE_SECONDS = 0.200;
  private static final double MOVE_SECONDS = 0.100;

  @Override
  public String name() {
    return "environments";
  }

  @Override
  public List<Result> measure(Workspace workspace) throws Exception {
    Path file = workspace.fresh("environments").resolve("ledger.db");
    Samples make = new Samples();
    Samples promote = new Samples();
    Samples rollback = new Samples();
    try (Ledger ledger = Ledger.open(file, Clock.systemUTC())) {
      publish(ledger, Environments.PROD, 0);
      Environments environments = ledger.environments();
      for (int i = -5; i < workspace.rounds(); i++) {
        String name = "change" + (i + 5);
        int version = i + 6;
        time(
            i,
            make,
            () -> {
              environments.open(name);
              require(environments.shown(name), 0);
            });
        publish(ledger, name, version);
        require(environments.shown(Environments.PROD), 0);
        time(i, promote, () -> environments.promote(name));
        require(environments.shown(Environments.PROD), version);
        time(i, rollback, () -> environments.rollback(Environments.PROD, Optional.empty()));
        require(environments.shown(Environments.PROD), 0);
      }
    }
    return List.of(
        result("an environment over 1,000 tables made and read", "<= 200 ms", make, MAKE_SECONDS),
        result("1,000 tables promoted in one transaction", "<= 100 ms", promote, MOVE_SECONDS),
        result("1,000 tables rolled back", "<= 100 ms", rollback, MOVE_SECONDS));
  }

  private static void time(int round, Samples samples, Samples.Work work) throws Exception {
    (round < 0 ? new Samples() : samples).time(work);
  }

  private static Result result(String what, String asked, Samples samples, double limit) {
    return new Result(
        what,
        asked,
        samples.text(),
        Result.NONE,
        Result.NONE,
        samples.median() <= limit,
        List.of("no data file is read or written"));
  }

  private static void publish(Ledger ledger, String environment, int version) {
    long run = ledger.startRun(environment);
    for (int i = 0; i < TABLES; i++) {
      String table = "t" + i;
      ledger.startStep(run, table, "table", "new");
      ledger.publish(
          run,
          environment,
          table,
          "new",
          List.of(Ledger.Release.of(content(table, version))),
          List.of(),
          Ledger.Counts.none(1),
          null);
    }
    ledger.finishRun(run, RunRecord.Status.SUCCEEDED);
  }

  private static Publication.Content content(String table, int version) {
    return new Publication.Content(
        table,
        table,
        "table",
        "f" + version,
        "i" + version,
        "",
        "s" + version,
        new Publication.Stored(version, 1, 1, Optional.empty()),
        Map.of(),
        DayRanges.none());
  }

  private static void require(Map<String, Publication> shown, int version) {
    boolean right =
        shown.size() == TABLES
            && shown.values().stream().allMatch(p -> p.content().state().equals("s" + version));
    if (!right) {
      throw new IllegalStateException("not all of " + TABLES + " tables are of version " + version);
    }
  }
}
