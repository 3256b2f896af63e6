package dev.headrace.decisions.experiments.health;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.QuantileMoments;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether quantiles are of values that differ. Of whole numbers many rows have the very value of
 * the quantile; then it stays where it is until it jumps, and no bracket of order statistics tells
 * how far.
 */
final class QuantileTies {
  private QuantileTies() {}

  /** The worst case among goals and guardrails; empty where none is a quantile. */
  static Optional<Warning> check(ExperimentSpec spec, UnitScan scan, Sums sums) {
    double widest = Double.NEGATIVE_INFINITY;
    boolean tied = false;
    String worst = "";
    for (Measured measured : scan.metrics()) {
      if (!(measured.shape() instanceof MetricShape.Quantile)
          || !spec.metrics().judged().contains(measured.metric())) {
        continue;
      }
      for (String variant : spec.variants().keySet()) {
        Sums.Arm arm = sums.arms().getOrDefault(variant, Sums.Arm.empty());
        if (arm.quantiles().containsKey(measured.metric())
            && arm.isFinite(measured)
            && arm.statistics(measured) instanceof QuantileMoments quantile
            && (quantile.isTied() == tied ? quantile.excess() > widest : quantile.isTied())) {
          widest = quantile.excess();
          tied = quantile.isTied();
          worst = measured.metric() + " of " + variant;
        }
      }
    }
    if (worst.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Warning(
            "quantile-ties",
            tied ? Level.WARN : Level.OK,
            Optional.of(widest),
            tied
                ? String.format(
                    Locale.ROOT,
                    "many rows have the very value of %s: intervals of quantiles are for values"
                        + " that differ, take the share of rows beyond a limit",
                    worst)
                : "quantiles are of values that differ, least of all " + worst));
  }
}
