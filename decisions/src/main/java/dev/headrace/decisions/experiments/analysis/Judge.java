package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.distribution.StudentT;
import dev.headrace.core.stats.sequential.AsymptoticSequence;
import dev.headrace.core.stats.sequential.NormalMixtureTest;

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
      case Method.WelchT() -> Answer.of(student(c, c.degreesOfFreedom()));
      case Method.NormalZ() -> Answer.of(normal(c, zCritical));
      case Method.Fieller() -> fieller(c);
      case Method.AnyTime(double tunedFor) -> Answer.of(anyTime(c));
      case Method.MixtureSprt(double effectSd, Scale scale) ->
          factor(c, scale, "a mixture of effects").map(f -> mixture(c, f * effectSd));
      case Method.GroupSequentialLook(double criticalZ) -> Answer.of(normal(c, criticalZ));
      case Method.Bayes(Method.Prior prior) -> bayes(c, prior);
    };
  }

  private Inference student(Contrast c, double df) {
    double se = c.standardError();
    double t = (c.estimate() - spec.nullEffect()) / se;
    double p =
        switch (alternative) {
          case TWO_SIDED -> StudentT.twoSided(t, df);
          case GREATER -> StudentT.upper(t, df);
          case LESS -> StudentT.lower(t, df);
        };
    double critical = StudentT.upperQuantile(alternative.tailOf(spec.intervalAlpha()), df);
    return effect(c, critical * se, p, df);
  }

  private Inference normal(Contrast c, double critical) {
    double se = c.standardError();
    double z = (c.estimate() - spec.nullEffect()) / se;
    double p =
        switch (alternative) {
          case TWO_SIDED -> Normal.twoSided(z);
          case GREATER -> Normal.upper(z);
          case LESS -> Normal.lower(z);
        };
    return effect(c, critical * se, p, Double.POSITIVE_INFINITY);
  }

  private Inference anyTime(Contrast c) {
    double se = c.standardError();
    double halfWidth = sequence.halfWidth(se, c.units());
    double p = sequence.pValue(c.estimate() - spec.nullEffect(), se, c.units());
    return effect(c, halfWidth, p, Double.POSITIVE_INFINITY);
  }

  private Inference mixture(Contrast c, double effectSd) {
    double se = c.standardError();
    double halfWidth = NormalMixtureTest.halfWidth(se, effectSd, spec.intervalAlpha(), alternative);
    double p =
        NormalMixtureTest.pValue(c.estimate() - spec.nullEffect(), se, effectSd, alternative);
    return effect(c, halfWidth, p, Double.POSITIVE_INFINITY);
  }

  private Inference effect(Contrast c, double halfWidth, double p, double df) {
    return new Inference.Effect(
        c.estimate(),
        c.standardError(),
        Interval.around(c.estimate(), halfWidth, alternative),
        p,
        df,
        c.varianceReduction());
  }

  private Answer<Inference> fieller(Contrast c) {
    double df = c.degreesOfFreedom();
    double critical = StudentT.upperQuantile(alternative.tailOf(spec.intervalAlpha()), df);
    Contrast.Means m = c.means();
    double a = m.baseline() * m.baseline() - critical * critical * m.baselineVariance();
    if (a <= 0) {
      return Answer.unknown(
          Reason.UNBOUNDED,
          "the baseline "
              + m.baseline()
              + " lies within its own noise of zero, standard error "
              + Math.sqrt(m.baselineVariance()));
    }
    // The ratios r with (treatment - r baseline)² = critical² Var(treatment - r baseline).
    double b = m.baseline() * m.treatment() - critical * critical * m.covariance();
    double constant = m.treatment() * m.treatment() - critical * critical * m.treatmentVariance();
    double root = Math.sqrt(Math.max(0, b * b - a * constant));
    double sign = Math.signum(m.baseline());
    double one = sign * ((b - root) / a - 1);
    double other = sign * ((b + root) / a - 1);
    Interval both = new Interval(Math.min(one, other), Math.max(one, other));
    Interval interval =
        switch (alternative) {
          case TWO_SIDED -> both;
          case GREATER -> new Interval(both.lower(), Double.POSITIVE_INFINITY);
          case LESS -> new Interval(Double.NEGATIVE_INFINITY, both.upper());
        };
    double ratio = 1 + sign * spec.nullEffect();
    double gap = m.treatment() - ratio * m.baseline();
    double gapSe =
        Math.sqrt(
            m.treatmentVariance()
                - 2 * ratio * m.covariance()
                + ratio * ratio * m.baselineVariance());
    double t = gap / gapSe;
    double p =
        switch (alternative) {
          case TWO_SIDED -> StudentT.twoSided(t, df);
          case GREATER -> StudentT.upper(t, df);
          case LESS -> StudentT.lower(t, df);
        };
    double estimate = sign * (m.treatment() / m.baseline() - 1);
    return Answer.of(
        new Inference.Effect(estimate, c.standardError(), interval, p, df, c.varianceReduction()));
  }

  private Answer<Inference> bayes(Contrast c, Method.Prior prior) {
    if (prior.sd() == Double.POSITIVE_INFINITY && c.baseline() == 0) {
      return Answer.of(posterior(c, prior, 1));
    }
    return factor(c, prior.scale(), "a prior").map(factor -> posterior(c, prior, factor));
  }

  /** What a size on one scale of effects is multiplied with to be one on the analysis' scale. */
  private Answer<Double> factor(Contrast c, Scale scale, String what) {
    if (scale == spec.scale()) {
      return Answer.of(1.0);
    }
    double baseline = Math.abs(c.baseline());
    return baseline == 0
        ? Answer.unknown(
            Reason.ZERO_BASELINE, what + " on another scale than the effect needs a baseline")
        : Answer.of(spec.scale() == Scale.RELATIVE ? 1 / baseline : baseline);
  }

  private Inference posterior(Contrast c, Method.Prior prior, double factor) {
    double dataPrecision = 1 / c.variance();
    boolean flat = prior.sd() == Double.POSITIVE_INFINITY;
    double priorSd = prior.sd() * factor;
    double priorPrecision = flat ? 0 : 1 / (priorSd * priorSd);
    double precision = dataPrecision + priorPrecision;
    double mean =
        flat
            ? c.estimate()
            : (c.estimate() * dataPrecision + prior.mean() * factor * priorPrecision) / precision;
    double sd = Math.sqrt(1 / precision);
    double z = (mean - spec.nullEffect()) / sd;
    return new Inference.Belief(
        mean,
        sd,
        Interval.around(mean, zCritical * sd, alternative),
        Normal.lower(z),
        expectedExcess(z) * sd,
        expectedExcess(-z) * sd,
        c.varianceReduction());
  }

  /** E[max(X, 0)] of a normal X with mean z and standard deviation 1. */
  private static double expectedExcess(double z) {
    return Math.max(Math.max(z, 0), z * Normal.lower(z) + Normal.density(z));
  }
}
