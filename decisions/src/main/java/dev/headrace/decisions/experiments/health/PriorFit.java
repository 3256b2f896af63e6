package dev.headrace.decisions.experiments.health;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.VariantPrior;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether counts vary as independent events do. A gamma-Poisson posterior takes their variance from
 * their mean; where units differ in how active they are, counts vary more, and its intervals are
 * too narrow by the square root of that.
 */
public final class PriorFit {
  /** Variance over mean from which on intervals are told to be too narrow: by a tenth. */
  private static final double ALARM = 1.2;

  private PriorFit() {}

  /** The worst case; empty where no metric has a gamma prior. */
  static Optional<Warning> check(ExperimentSpec spec, UnitScan scan, Sums sums) {
    double highest = -1;
    String worst = "";
    for (Measured measured : scan.metrics()) {
      if (!(spec.analysis().priors().get(measured.metric()) instanceof VariantPrior.Gamma)
          || !(measured.shape() instanceof MetricShape.Mean)) {
        continue;
      }
      for (Map.Entry<String, Sums.Arm> arm : sums.arms().entrySet()) {
        if (!spec.variants().containsKey(arm.getKey()) || !arm.getValue().isFinite(measured)) {
          continue;
        }
        Moments moments = arm.getValue().moments(measured);
        if (moments.count() > 1 && moments.mean(0) > 0) {
          double dispersion = moments.variance(0) / moments.mean(0);
          if (dispersion > highest) {
            highest = dispersion;
            worst = measured.metric() + " of " + arm.getKey();
          }
        }
      }
    }
    if (highest < 0) {
      return Optional.empty();
    }
    boolean alarm = highest > ALARM;
    return Optional.of(
        new Warning(
            "prior-fit",
            alarm ? Level.WARN : Level.OK,
            Optional.of(highest),
            alarm ? tooNarrow(worst, highest) : "%s varies %s".formatted(worst, times(highest))));
  }

  private static String tooNarrow(String worst, double dispersion) {
    return String.format(
        Locale.ROOT,
        "%s varies %s: credible intervals are %.3g times too narrow, take a normal prior",
        worst,
        times(dispersion),
        Math.sqrt(dispersion));
  }

  private static String times(double dispersion) {
    return String.format(Locale.ROOT, "%.3g times as much as independent events would", dispersion);
  }
}
