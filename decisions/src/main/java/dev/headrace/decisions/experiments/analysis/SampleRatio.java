package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.hypothesis.CountTest;
import dev.headrace.core.stats.hypothesis.TestResult;
import org.hipparchus.special.Gamma;

/**
 * Sample-ratio mismatch: whether the arms have the shares of units they were meant to have. If not,
 * units were lost or counted in one arm more than in the other, and no effect can be trusted (A.
 * Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019).
 * The customary alarm is p &lt; 0.001.
 *
 * <p>Arms of weight zero take no part, neither in the total nor in the degrees of freedom.
 */
public final class SampleRatio {
  /** Weight of the prior of the sequential test, in units. */
  private static final double PRIOR_UNITS = 100;

  private SampleRatio() {}

  /** Pearson's chi-squared, for one look. */
  public static Answer<TestResult> test(long[] units, double[] weights) {
    if (units.length != weights.length) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE,
          units.length + " arms were counted, " + weights.length + " planned");
    }
    return CountTest.goodnessOfFit(units, weights);
  }

  /**
   * Always valid, to be looked at every day: one over the Bayes factor of a Dirichlet-multinomial
   * around the planned shares against them (M. Lindon and A. Malek, "Anytime-valid inference for
   * multinomial count data", NeurIPS 2022). The smallest p so far may be kept.
   *
   * @return statistic: the logarithm of the Bayes factor
   */
  public static Answer<TestResult> sequential(long[] units, double[] weights) {
    if (units.length != weights.length) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE,
          units.length + " arms were counted, " + weights.length + " planned");
    }
    double weightSum = 0;
    double total = 0;
    int arms = 0;
    for (int i = 0; i < units.length; i++) {
      if (weights[i] > 0) {
        weightSum += weights[i];
        total += units[i];
        arms++;
      }
    }
    if (arms < 2 || total == 0) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES, arms + " arms of positive weight have " + (long) total + " units");
    }
    double log = Gamma.logGamma(PRIOR_UNITS) - Gamma.logGamma(PRIOR_UNITS + total);
    for (int i = 0; i < units.length; i++) {
      if (weights[i] > 0) {
        double share = weights[i] / weightSum;
        double prior = PRIOR_UNITS * share;
        log += Gamma.logGamma(prior + units[i]) - Gamma.logGamma(prior);
        log -= units[i] * Math.log(share);
      }
    }
    return Answer.of(new TestResult(log, Math.min(1, Math.exp(-log)), Double.POSITIVE_INFINITY));
  }
}
