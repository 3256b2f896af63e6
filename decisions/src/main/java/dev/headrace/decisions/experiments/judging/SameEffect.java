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
import java.util.List;
import java.util.Map;

/** Effects of parts of the units, for tests of whether all parts have the same. */
final class SameEffect {
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
    return Analysis.of(wanted, measured.shape())
        .parts(
            parts.stream()
                .map(
                    arms ->
                        new Analysis.Part(
                            arm(arms, spec.base()).statistics(measured),
                            arm(arms, variant).statistics(measured)))
                .toList());
  }

  private static Sums.Arm arm(Map<String, Sums.Arm> arms, String variant) {
    return arms.getOrDefault(variant, Sums.Arm.empty());
  }
}
