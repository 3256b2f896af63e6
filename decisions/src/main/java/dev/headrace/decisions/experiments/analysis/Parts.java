package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.List;

/**
 * Effects of parts of the units with the standard errors that they have if all parts have the same
 * effect.
 *
 * <p>A relative effect's own standard error follows its estimate: T / B - 1 varies by (V_T + (T/B)²
 * V_B) / B², so that a part whose treated units happen to have little looks the surer of it, and
 * tests of equality find differences in parts that are alike. Under one effect e it varies by (V_T
 * + (1 + e)² V_B) / B², as in Fieller's theorem (E. Fieller, JRSS B 16, 1954), where e is the mean
 * of all parts weighted by just that.
 */
final class Parts {
  private static final int MOST_STEPS = 50;

  private Parts() {}

  static List<Answer<PartEffect>> of(
      MetricShape shape, List<Analysis.Part> parts, AnalysisSpec spec) {
    AnalysisSpec plain = spec.withMethod(new Method.NormalZ()).withScale(Scale.ABSOLUTE);
    List<Answer<Contrast>> contrasts =
        parts.stream()
            .map(part -> Contrast.between(shape, part.baseline(), part.treatment(), plain))
            .map(contrast -> spec.scale() == Scale.RELATIVE ? farFromZero(contrast) : contrast)
            .toList();
    double common =
        spec.scale() == Scale.RELATIVE
            ? common(contrasts.stream().flatMap(c -> c.known().stream()).toList())
            : 0;
    return contrasts.stream()
        .map(
            contrast ->
                contrast.map(
                    c ->
                        spec.scale() == Scale.RELATIVE
                            ? relative(c, common)
                            : new PartEffect(c.estimate(), c.standardError())))
        .toList();
  }

  private static Answer<Contrast> farFromZero(Answer<Contrast> answer) {
    return answer instanceof Answer.Known<Contrast>(Contrast contrast)
            && NearZero.isUnknown(
                contrast.means().baseline(), Math.sqrt(contrast.means().baselineVariance()))
        ? Answer.unknown(Reason.ZERO_BASELINE, "the baseline lies within its own noise of zero")
        : answer;
  }

  private static PartEffect relative(Contrast contrast, double common) {
    Fieller fieller = Fieller.of(contrast.means());
    return new PartEffect(fieller.effect(), fieller.standardErrorFrom(common));
  }

  /** The effect that is its own weighted mean. */
  private static double common(List<Contrast> contrasts) {
    double common = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
      double weights = 0;
      double weighted = 0;
      for (Contrast contrast : contrasts) {
        PartEffect part = relative(contrast, common);
        weights += part.precision();
        weighted += part.precision() * part.estimate();
      }
      double next = weights == 0 ? 0 : weighted / weights;
      if (Math.abs(next - common) <= 1e-12 * (1 + Math.abs(common))) {
        return next;
      }
      common = next;
    }
    return common;
  }
}
