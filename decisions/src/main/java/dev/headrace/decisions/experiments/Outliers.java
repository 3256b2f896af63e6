package dev.headrace.decisions.experiments;

import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.ExperimentReport.Level;
import dev.headrace.decisions.experiments.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.UnitScan.Measured;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mean hangs on one unit. The greatest value cannot be had from sums, so the tables are
 * read once more; beyond a million units that is not done, because it would double the cost.
 */
final class Outliers {
  /** Units up to which they are looked for. */
  static final long MOST_UNITS = 1_000_000;

  /** Standard errors of its arm's mean that one unit may make up: a quarter of the variance. */
  private static final double ALARM = 0.5;

  private Outliers() {}

  /** The unit that pulls most; empty where no metric is a mean. */
  static Optional<Warning> check(UnitScan scan, Sums sums, Scanner scanner, Watch watch) {
    if (scan.metrics().stream().noneMatch(m -> m.shape() instanceof MetricShape.Mean)) {
      return Optional.empty();
    }
    long units = sums.arms().values().stream().mapToLong(Sums.Arm::units).sum();
    if (units > MOST_UNITS) {
      return Optional.of(
          new Warning(
              "outliers",
              Level.OK,
              Optional.empty(),
              "not looked for among %d units; 'experiment prove' tells whether tails are too heavy"
                  .formatted(units)));
    }
    Pull most = new Pull(0, "");
    try (Rows rows = scanner.rows(scan, scan.extremes(), watch)) {
      List<String> names = rows.schema().names();
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        String variant = String.valueOf(row.get(names.indexOf("variant")));
        Sums.Arm arm = sums.arms().get(variant);
        for (Measured measured : scan.metrics()) {
          if (arm == null
              || !(measured.shape() instanceof MetricShape.Mean)
              || !arm.isFinite(measured)) {
            continue;
          }
          int column = measured.columns().getFirst();
          for (String end : List.of("most", "least")) {
            if (row.get(names.indexOf(end + column)) instanceof Double value) {
              most = most.or(pull(measured, arm, value, variant));
            }
          }
        }
      }
    }
    boolean alarm = most.standardErrors() > ALARM;
    return Optional.of(
        new Warning(
            "outliers",
            alarm ? Level.WARN : Level.OK,
            Optional.of(most.standardErrors()),
            String.format(
                Locale.ROOT,
                "one unit moves %s by %.3g standard errors%s",
                most.where().isEmpty() ? "no mean" : most.where(),
                most.standardErrors(),
                alarm ? ": cap the metric" : "")));
  }

  private static Pull pull(Measured measured, Sums.Arm arm, double value, String variant) {
    Answer<Double> pull = Health.outlierPull(arm.moments(measured), value);
    return new Pull(Math.abs(pull.known().orElse(0.0)), measured.metric() + " of " + variant);
  }

  private record Pull(double standardErrors, String where) {
    Pull or(Pull other) {
      return other.standardErrors > standardErrors ? other : this;
    }
  }
}
