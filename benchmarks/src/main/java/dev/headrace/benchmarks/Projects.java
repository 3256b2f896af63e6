package dev.headrace.benchmarks;

import dev.headrace.cli.compose.Headrace;
import dev.headrace.cli.process.Ambient;
import dev.headrace.core.ledger.Reach;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.RunListener;
import dev.headrace.core.run.RunLock;
import dev.headrace.core.run.RunReport;
import dev.headrace.spi.engine.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does to a project in this process what the commands do. */
final class Projects {
  private static final String ENVIRONMENT = "prod";

  private Projects() {}

  /** {@code headrace plan}: opens the project, reads all of it and decides. */
  static Plan plan(Path directory) {
    try (Headrace headrace = Headrace.open(directory, Ambient.ofProcess(), false)) {
      return headrace
          .planner()
          .plan(headrace.select(null), headrace.published(ENVIRONMENT), BuildOptions.STALE);
    }
  }

  /** {@code headrace run}. */
  static RunReport run(Path directory) {
    return run(directory, null);
  }

  /** {@code headrace train}: learnt, judged, looked through for leaks, registered, published. */
  static void train(Headrace headrace, String model) {
    try (RunLock lock = headrace.lock(Reach.of(ENVIRONMENT), Duration.ZERO)) {
      headrace.runner().recover(lock);
      Published published = headrace.published(ENVIRONMENT);
      Plan plan =
          headrace
              .planner()
              .plan(
                  Set.of(model),
                  published,
                  new BuildOptions(BuildOptions.Extent.FULL_REFRESH, Optional.empty()));
      RunReport report =
          headrace
              .runner()
              .run(plan, published, headrace.limits(), new RunListener() {}, Watch.none());
      if (!report.succeeded()) {
        throw new IllegalStateException(report.toString());
      }
    }
  }

  /** {@code headrace run --select}. */
  static RunReport run(Path directory, @Nullable String selector) {
    try (Headrace headrace = Headrace.open(directory, Ambient.ofProcess(), false);
        RunLock lock = headrace.lock(Reach.of(ENVIRONMENT), Duration.ZERO)) {
      headrace.runner().recover(lock);
      Published published = headrace.published(ENVIRONMENT);
      Plan plan = headrace.planner().plan(headrace.select(selector), published, BuildOptions.STALE);
      RunReport report =
          headrace
              .runner()
              .run(plan, published, headrace.limits(), new RunListener() {}, Watch.none());
      if (!report.succeeded()) {
        throw new IllegalStateException(report.toString());
      }
      return report;
    }
  }

  /** The answer of one row and one column that {@code headrace sql} gives. */
  static Object ask(Path directory, String sql) {
    try (Headrace headrace = Headrace.open(directory, Ambient.ofProcess(), false);
        var rows =
            headrace
                .engine()
                .execute(
                    headrace.userQuery(sql, () -> headrace.published(ENVIRONMENT)), Watch.none())) {
      var row = rows.next();
      if (row == null || row.getFirst() == null) {
        throw new IllegalStateException("no answer to " + sql);
      }
      return row.getFirst();
    }
  }
}
