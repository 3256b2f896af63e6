package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.sequential.AsymptoticSequence;

/** Turns a contrast into what a method says of it. What depends on the spec alone is kept. */
final class Judge {
  private final AnalysisSpec spec;
  private final Alternative alternative;
  private final double zCritical;
  private final AsymptoticSequence sequence;

  Judge(AnalysisSpec spec) {
    this.spec = spec;
    this.alternative = spec.alternative();
    this.zCritical = Normal.upperQuantile(alternative.tailOf(spec.intervalAlpha()));
    double tunedFor = spec.method() instanceof Method.AnyTime(double n) ? n : 1;
    this.sequence =
        AsymptoticSequence.tunedFor(tunedFor, spec.alpha(), alternative)
            .withAlpha(spec.intervalAlpha());
  }

  Answer<Inference> judge(Contrast c) {
    return switch (spec.method()) {
      case Method.WelchT() ->
          Answer.of(
              test(
                  c,
                  Tails.student(
                      alternative,
                      alternative.tailOf(spec.intervalAlpha()),
                      c.degreesOfFreedom())));
      case Method.NormalZ() -> Answer.of(test(c, new Tails.Gauss(alternative, zCritical)));
      case Method.AnyTime(double tunedFor) ->
          Answer.of(test(c, new Tails.Sequence(sequence, c.units())));
      case Method.MixtureSprt(double effectSd, Scale scale) ->
          factor(c, scale, "a mixture of effects")
              .map(
                  factor ->
                      test(
                          c,
                          new Tails.Mixture(alternative, factor * effectSd, spec.intervalAlpha())));
      case Method.GroupSequentialLook(double criticalZ) ->
          Answer.of(test(c, new Tails.Gauss(alternative, criticalZ)));
      case Method.Bayes(Method.Prior prior) -> bayes(c, prior);
    };
  }

  private Inference test(Contrast c, Tails tails) {
    if (spec.isByFieller()) {
      return Fieller.of(c.means()).test(c, tails, spec);
    }
    double gap = c.estimate() - spec.nullEffect();
    double se = c.standardError();
    return new Inference.Effect(
        c.estimate(),
        se,
        Interval.around(c.estimate(), tails.halfWidth(se), alternative),
        gap / se,
        tails.pValue(gap, se),
        tails.degreesOfFreedom(),
        c.varianceReduction());
  }

  private Answer<Inference> bayes(Contrast c, Method.Prior prior) {
    boolean flat = prior.sd() == Double.POSITIVE_INFINITY;
    return (flat ? Answer.of(1.0) : factor(c, prior.scale(), "a prior"))
        .map(
            factor -> {
              EffectBelief belief = new EffectBelief(factor * prior.mean(), factor * prior.sd());
              return spec.isByFieller()
                  ? belief.fieller(c, spec, zCritical)
                  : belief.delta(c, spec, zCritical);
            });
  }

  /** What a size on one scale of effects is multiplied with to be one on the analysis' scale. */
  private Answer<Double> factor(Contrast c, Scale scale, String what) {
    if (scale == spec.scale()) {
      return Answer.of(1.0);
    }
    double baseline = Math.abs(c.means().baseline());
    return baseline == 0
        ? Answer.unknown(
            Reason.ZERO_BASELINE, what + " on another scale than the effect needs a baseline")
        : Answer.of(spec.scale() == Scale.RELATIVE ? 1 / baseline : baseline);
  }
}
