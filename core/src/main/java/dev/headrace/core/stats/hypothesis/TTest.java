package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.StudentT;

/**
 * Student's t (W. Gosset 1908; B. Welch 1947). The mean is nearly normal for many values; for few,
 * the values must be. Welch's form is the one to use for two groups: the pooled form is wrong when
 * variances and sizes both differ, and gains nothing otherwise.
 */
public final class TTest {
  private TTest() {}

  /** A test with the estimate it is about. */
  public record Difference(
      double estimate, double standardError, Interval interval, TestResult test) {}

  /** Whether the mean is {@code expected}. */
  public static Answer<Difference> oneSample(
      Sample sample, double expected, double alpha, Alternative alternative) {
    if (sample.n() < 2) {
      return tooFew(sample.n(), 0);
    }
    return judge(
        sample.mean(),
        expected,
        Math.sqrt(sample.variance() / sample.n()),
        sample.n() - 1.0,
        alpha,
        alternative);
  }

  /** Whether pairs differ: the one-sample test of first minus second. */
  public static Answer<Difference> paired(
      double[] first, double[] second, double alpha, Alternative alternative) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(first.length + " and " + second.length + " in pairs");
    }
    double[] differences = new double[first.length];
    for (int i = 0; i < first.length; i++) {
      differences[i] = first[i] - second[i];
    }
    return oneSample(Sample.of(differences), 0, alpha, alternative);
  }

  /** First minus second, variances not assumed equal. */
  public static Answer<Difference> welch(
      Sample first, Sample second, double alpha, Alternative alternative) {
    if (first.n() < 2 || second.n() < 2) {
      return tooFew(first.n(), second.n());
    }
    double v1 = first.variance() / first.n();
    double v2 = second.variance() / second.n();
    double df = (v1 + v2) * (v1 + v2) / (v1 * v1 / (first.n() - 1) + v2 * v2 / (second.n() - 1));
    return judge(first.mean() - second.mean(), 0, Math.sqrt(v1 + v2), df, alpha, alternative);
  }

  /** First minus second, variances assumed equal. */
  public static Answer<Difference> pooled(
      Sample first, Sample second, double alpha, Alternative alternative) {
    if (first.n() < 1 || second.n() < 1 || first.n() + second.n() < 3) {
      return tooFew(first.n(), second.n());
    }
    double df = first.n() + second.n() - 2;
    double variance =
        ((first.n() - 1) * first.variance() + (second.n() - 1) * second.variance()) / df;
    double se = Math.sqrt(variance / first.n() + variance / second.n());
    return judge(first.mean() - second.mean(), 0, se, df, alpha, alternative);
  }

  private static Answer<Difference> judge(
      double estimate,
      double expected,
      double se,
      double df,
      double alpha,
      Alternative alternative) {
    if (!(se > 0)) {
      return Answer.unknown(Reason.NO_VARIANCE, "all values are equal");
    }
    if (!Double.isFinite(estimate) || !Double.isFinite(se)) {
      return Answer.unknown(Reason.NOT_FINITE, "a value is infinite or not a number");
    }
    double t = (estimate - expected) / se;
    double p =
        switch (alternative) {
          case TWO_SIDED -> StudentT.twoSided(t, df);
          case GREATER -> StudentT.upper(t, df);
          case LESS -> StudentT.lower(t, df);
        };
    double half = StudentT.upperQuantile(alternative.tailOf(alpha), df) * se;
    return Answer.of(
        new Difference(
            estimate, se, Interval.around(estimate, half, alternative), new TestResult(t, p, df)));
  }

  private static Answer<Difference> tooFew(long first, long second) {
    return Answer.unknown(
        Reason.TOO_FEW_VALUES, "there are " + first + " and " + second + " values");
  }
}
