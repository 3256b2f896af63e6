package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import java.util.List;

/**
 * Effects of parts of the units with the standard errors that they have if all parts have the same
 * effect; relative ones as {@link CommonEffect} has them.
 */
final class Parts {
  private Parts() {}

  static List<Answer<PartEffect>> of(
      MetricShape shape, List<Analysis.Part> parts, AnalysisSpec spec) {
    AnalysisSpec plain = spec.withMethod(new Method.NormalZ()).withScale(Scale.ABSOLUTE);
    List<Answer<Contrast>> contrasts =
        parts.stream()
            .map(part -> Contrast.between(shape, part.baseline(), part.treatment(), plain))
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
}
