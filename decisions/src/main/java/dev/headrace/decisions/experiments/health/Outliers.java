package dev.headrace.decisions.experiments.health;

import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Extremes;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Whether a mean hangs on one unit. */
public final class Outliers {
  /** Standard errors of its arm's mean that one unit may make up: a quarter of the variance. */
  private static final double ALARM = 0.5;

  private Outliers() {}

  /** The unit of these variants that pulls most; empty where no metric is a mean that varies. */
  public static Optional<Warning> check(Set<String> variants, List<Measured> metrics, Sums sums) {
    List<Measured> means =
        metrics.stream().filter(metric -> metric.shape() instanceof MetricShape.Mean).toList();
    Pull most = new Pull(0, "");
    for (String variant : variants) {
      Sums.Arm arm = sums.arms().getOrDefault(variant, Sums.Arm.empty());
      for (Measured measured : means) {
        Extremes extremes = arm.extremes().get(measured.columns().getFirst());
        if (extremes != null && arm.isFinite(measured)) {
          most = most.or(pull(measured, arm, extremes.most(), variant));
          most = most.or(pull(measured, arm, extremes.least(), variant));
        }
      }
    }
    if (most.where().isEmpty()) {
      return Optional.empty();
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
                most.where(),
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
