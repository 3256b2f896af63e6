package dev.headrace.decisions.experiments.health;

import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.ArmSummary;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.NearZero;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import java.util.Locale;
import java.util.Optional;

/** Whether relative effects divide by something that is not nearly zero. */
final class Baselines {
  private Baselines() {}

  /** Whether an effect, or the margin it is to stay within, is told as a share of the baseline. */
  private static boolean isDividedBy(ExperimentSpec spec, Measured measured) {
    String metric = measured.metric();
    boolean ofShares =
        spec.analysis().test() == ExperimentSpec.Tails.Z
            && spec.analysis().stratify().isEmpty()
            && spec.analysis().sequential() == ExperimentSpec.Sequential.NONE
            && measured.shape() instanceof MetricShape.Proportion
            && !measured.isCovaried();
    boolean relative = spec.analysis().effect() != Scale.ABSOLUTE;
    return spec.metrics().judged().contains(metric)
        && !ofShares
        && (relative
            || spec.metrics().margins().containsKey(metric)
            || spec.metrics().equivalence().containsKey(metric));
  }

  private static String consequence(Judging judging) {
    return judging.interval() == RelativeInterval.FIELLER
        ? "whether there is an effect is judged as ever, but below 5 intervals of relative ones"
            + " reach far or have no end; 'effect: absolute' has one"
        : "below 5, relative effects by the delta method err more often than they tell, and below"
            + " 3 nothing is said; take 'effect: absolute'";
  }

  /** The worst case among goals and guardrails; empty where nothing is divided. */
  static Optional<Warning> check(ExperimentSpec spec, UnitScan scan, Sums sums) {
    Judging judging = spec.analysis();
    Sums.Arm base = sums.arms().get(spec.base());
    if (base == null) {
      return Optional.empty();
    }
    double nearest = Double.POSITIVE_INFINITY;
    String worst = "";
    for (Measured measured : scan.metrics()) {
      if (!isDividedBy(spec, measured)
          || judging.priors().containsKey(measured.metric())
          || !base.isFinite(measured)
          || (measured.shape() instanceof MetricShape.Quantile
              && !base.quantiles().containsKey(measured.metric()))) {
        continue;
      }
      ArmSummary summary =
          Analysis.of(AnalysisSpec.of(new Method.NormalZ()), measured.shape())
              .summarize(base.statistics(measured));
      double away = summary.distanceFromZero().known().orElse(Double.POSITIVE_INFINITY);
      if (away < nearest) {
        nearest = away;
        worst = measured.metric();
      }
    }
    if (worst.isEmpty()) {
      return Optional.empty();
    }
    boolean near = nearest < NearZero.DOUBTFUL;
    return Optional.of(
        new Warning(
            "baseline-near-zero",
            near ? Level.WARN : Level.OK,
            Optional.of(nearest),
            (nearest == 0
                    ? "%s is zero: no effect is relative to it; take 'effect: absolute'"
                    : near
                        ? "%s is %s standard errors from zero: " + consequence(judging)
                        : "effects are relative to values well away from zero, least of all %s: %s"
                            + " standard errors")
                .formatted(
                    worst + " of " + spec.base(), String.format(Locale.ROOT, "%.3g", nearest))));
  }
}
