package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Interval;

/** An arm's effect against the baseline, as the spec's method and scale tell it. */
public sealed interface Inference {
  /** Treatment against baseline, on the scale of the spec. */
  double estimate();

  /** Standard deviation of the estimate, or of the posterior. */
  double standardError();

  /** Confidence interval or sequence, or credible interval, of the level the spec asks. */
  Interval interval();

  /** The share of the estimate's variance that covariates took away; 0 without them. */
  double varianceReduction();

  /**
   * What a test tells.
   *
   * @param statistic how many standard errors the effect is from the null effect, as the test has
   *     them: under its hypothesis where that says what they are
   * @param pValue of the hypothesis that the effect is the null effect (or beyond it), for one look
   *     or always valid as the method says
   * @param degreesOfFreedom of Student's t; infinite where tails are normal
   */
  record Effect(
      double estimate,
      double standardError,
      Interval interval,
      double statistic,
      double pValue,
      double degreesOfFreedom,
      double varianceReduction)
      implements Inference {}

  /**
   * What a posterior tells.
   *
   * @param probabilityPositive that the effect is above the null effect
   * @param lossOfBaseline expected loss of keeping the baseline: E[max(effect - null effect, 0)]
   * @param lossOfTreatment expected loss of shipping the treatment: E[max(null effect - effect, 0)]
   */
  record Belief(
      double estimate,
      double standardError,
      Interval interval,
      double probabilityPositive,
      double lossOfBaseline,
      double lossOfTreatment,
      double varianceReduction)
      implements Inference {}
}
