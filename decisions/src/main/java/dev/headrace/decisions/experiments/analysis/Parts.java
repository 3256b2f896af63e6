package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import java.util.List;

/**
 * Effects of parts of the units with the standard errors that they have if all parts have the same
 * effect; relative ones as {@link CommonEffect} has them.
 */
final class Parts {
  /** The variance of a t of fewer is larger than that, or infinite. */
  private static final double FEWEST_DEGREES = 3;

  private Parts() {}

  static List<Answer<PartEffect>> of(
      MetricShape shape, List<Analysis.Part> parts, AnalysisSpec spec) {
    AnalysisSpec plain = spec.withMethod(new Method.NormalZ()).withScale(Scale.ABSOLUTE);
    List<Answer<Contrast>> contrasts =
        parts.stream()
            .map(part -> Contrast.ofPart(shape, part.baseline(), part.treatment(), plain))
            .map(part -> part.map(Parts::withSpreadOfT))
            .toList();
    if (spec.scale() == Scale.ABSOLUTE) {
      return contrasts.stream()
          .map(contrast -> contrast.map(c -> new PartEffect(c.estimate(), c.standardError())))
          .toList();
    }
    CommonEffect common =
        CommonEffect.of(contrasts.stream().flatMap(c -> c.known().stream()).toList());
    return contrasts.stream().map(contrast -> contrast.map(common::part)).toList();
  }

  /**
   * Tests of parts add squares up as if standard errors were known. In small parts they are not,
   * and a t of f degrees of freedom has the variance f / (f - 2).
   */
  private static Contrast withSpreadOfT(Contrast part) {
    double freedom = Math.max(FEWEST_DEGREES, part.degreesOfFreedom());
    return part.priced(new Regression.Price(freedom / (freedom - 2), 0));
  }
}
