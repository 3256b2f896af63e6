package dev.headrace.decisions.experiments.planning;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.Analysis.Stratum;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.ArmSummary;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;

/**
 * What plans stand on: a metric's mean and variance as units of the past have it, the arms' shares,
 * and how these are told.
 */
public final class PlanBasis {
  private PlanBasis() {}

  /**
   * A metric's mean, variance, and what covariates and strata take away, from units of one arm.
   *
   * @param strata the same units by stratum; none where strata are not used
   */
  public static Answer<PlanSpec> planSpec(
      Measured measured, Sums.Arm arm, Collection<Sums.Arm> strata) {
    ArmStatistics statistics = arm.statistics(measured);
    Analysis analysis =
        Analysis.of(
            AnalysisSpec.of(new Method.NormalZ()).withRelative(RelativeInterval.DELTA),
            measured.shape());
    ArmSummary summary = analysis.summarize(statistics);
    // Against itself: no effect, and the share of variance that covariates and strata take away.
    Answer<Inference> itself =
        strata.isEmpty()
            ? analysis.compare(statistics, statistics)
            : analysis.compareWithin(
                strata.stream()
                    .map(one -> new Stratum(one.moments(measured), one.moments(measured)))
                    .toList());
    return itself.map(
        inference -> {
          double value = summary.value().orThrow();
          double error = summary.standardError().orThrow();
          PlanSpec base =
              measured.shape() instanceof MetricShape.Proportion
                  ? PlanSpec.ofProportion(value)
                  : PlanSpec.ofMean(value, error * error * arm.units());
          return base.withVarianceReduction(Math.min(0.999999, inference.varianceReduction()));
        });
  }

  /** How the effects of an experiment are judged. */
  public static RelativeInterval relative(ExperimentSpec design) {
    ExperimentSpec.Judging judging = design.analysis();
    return judging.effect() == Scale.ABSOLUTE ? RelativeInterval.FIELLER : judging.interval();
  }

  /** The shares of the baseline and of the smallest other variant. */
  public static PlanSpec.Split split(ExperimentSpec design) {
    double sum = design.variants().values().stream().mapToDouble(p -> p.fraction()).sum();
    double base =
        design.variants().entrySet().stream()
            .filter(variant -> variant.getKey().equals(design.base()))
            .mapToDouble(variant -> variant.getValue().fraction() / sum)
            .sum();
    double least =
        design.variants().entrySet().stream()
            .filter(variant -> !variant.getKey().equals(design.base()))
            .mapToDouble(variant -> variant.getValue().fraction() / sum)
            .min()
            .orElseThrow();
    return new PlanSpec.Split(base, least);
  }

  /**
   * The level that goals are tested at: Holm's first step, and that of the others, asks alpha over
   * the number of comparisons.
   */
  public static double alphaOfGoals(ExperimentSpec design) {
    ExperimentSpec.Judging judging = design.analysis();
    boolean corrected =
        judging.engine() == ExperimentSpec.Engine.FREQUENTIST
            && judging.correction() != Correction.NONE;
    return corrected ? judging.alpha() / comparisons(design) : judging.alpha();
  }

  /** Goals times variants that are compared with the baseline, at least one. */
  static int comparisons(ExperimentSpec design) {
    return Math.max(1, design.metrics().goal().size() * (design.variants().size() - 1));
  }

  /** What kind of metric it is, in a word. */
  static String kind(MetricShape shape) {
    return switch (shape) {
      case MetricShape.Mean _ -> "mean";
      case MetricShape.Proportion _ -> "proportion";
      case MetricShape.Ratio _ -> "ratio";
      case MetricShape.Combination _ -> "derived";
      case MetricShape.Quantile _ -> "quantile";
    };
  }

  /** A share as a percentage, with four significant digits. */
  public static String percent(double share) {
    return new BigDecimal(100 * share)
            .round(new MathContext(4))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
