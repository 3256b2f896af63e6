package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.PartEffect;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Effects of parts of the units, for tests of whether all parts have the same. A part with few
 * units that say something of the metric has no say: its variance is too uncertain for a test of
 * many of them, which would find differences where there are none.
 */
final class SameEffect {
  /**
   * Units of either arm. Of 19 parts with 10 each, in data without any difference, the test finds
   * one in 12 %; with 2 each, in 87 %.
   */
  static final long FEWEST_UNITS = 40;

  private SameEffect() {}

  /**
   * A variant's effects, on the experiment's scale and with its covariates.
   *
   * @param parts the arms of each
   * @return in their order
   */
  static List<Answer<PartEffect>> of(
      ExperimentSpec spec,
      Measured measured,
      String variant,
      Collection<Map<String, Sums.Arm>> parts) {
    AnalysisSpec wanted =
        AnalysisSpec.of(new Method.NormalZ())
            .withScale(spec.analysis().effect())
            .withAdjustment(measured.isCovaried() ? Adjustment.CUPED : Adjustment.NONE);
    Analysis analysis = Analysis.of(wanted, measured.shape());
    Predicate<Map<String, Sums.Arm>> isLarge =
        arms ->
            Stream.of(spec.base(), variant)
                .map(one -> arm(arms, one).statistics(measured))
                .allMatch(arm -> analysis.informative(arm) >= FEWEST_UNITS);
    List<Map<String, Sums.Arm>> large = parts.stream().filter(isLarge).toList();
    Iterator<Answer<PartEffect>> effects =
        analysis
            .parts(large.stream().map(arms -> part(spec, measured, variant, arms)).toList())
            .iterator();
    return parts.stream()
        .map(
            arms ->
                isLarge.test(arms)
                    ? effects.next()
                    : Answer.<PartEffect>unknown(
                        Answer.Reason.TOO_FEW_VALUES,
                        "fewer than " + FEWEST_UNITS + " units of a variant have a value"))
        .toList();
  }

  private static Analysis.Part part(
      ExperimentSpec spec, Measured measured, String variant, Map<String, Sums.Arm> arms) {
    return new Analysis.Part(
        arm(arms, spec.base()).statistics(measured), arm(arms, variant).statistics(measured));
  }

  private static Sums.Arm arm(Map<String, Sums.Arm> arms, String variant) {
    return arms.getOrDefault(variant, Sums.Arm.empty());
  }
}
