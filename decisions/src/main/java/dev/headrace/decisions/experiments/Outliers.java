package dev.headrace.decisions.experiments;

import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.ExperimentReport.Level;
import dev.headrace.decisions.experiments.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.UnitScan.Measured;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether a mean hangs on one unit. */
final class Outliers {
  /** Standard errors of its arm's mean that one unit may make up: a quarter of the variance. */
  private static final double ALARM = 0.5;

  private Outliers() {}

  /** The unit that pulls most; empty where no metric is a mean. */
  static Optional<Warning> check(List<Measured> metrics, Sums sums) {
    List<Measured> means =
        metrics.stream().filter(metric -> metric.shape() instanceof MetricShape.Mean).toList();
    if (means.isEmpty()) {
      return Optional.empty();
    }
    Pull most = new Pull(0, "");
    for (Map.Entry<String, Sums.Arm> variant : sums.arms().entrySet()) {
      Sums.Arm arm = variant.getValue();
      for (Measured measured : means) {
        Extremes extremes = arm.extremes().get(measured.columns().getFirst());
        if (extremes != null && arm.isFinite(measured)) {
          most = most.or(pull(measured, arm, extremes.most(), variant.getKey()));
          most = most.or(pull(measured, arm, extremes.least(), variant.getKey()));
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
