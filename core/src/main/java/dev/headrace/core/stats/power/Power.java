package dev.headrace.core.stats.power;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.core.stats.distribution.FisherF;
import dev.headrace.core.stats.distribution.NoncentralChiSquared;
import dev.headrace.core.stats.distribution.NoncentralT;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.distribution.StudentT;

/**
 * The chance that a test rejects, for a given effect: J. Cohen, "Statistical power analysis for the
 * behavioral sciences" (1988), with exact noncentral distributions. Two-sided power counts both
 * tails.
 */
public final class Power {
  private Power() {}

  /**
   * A normal test.
   *
   * @param z expected test statistic: effect over its standard error
   */
  public static double normal(double z, double alpha, Alternative alternative) {
    checkAlpha(alpha);
    double critical = Normal.upperQuantile(alternative.tailOf(alpha));
    return switch (alternative) {
      case TWO_SIDED -> Normal.upper(critical - z) + Normal.lower(-critical - z);
      case GREATER -> Normal.upper(critical - z);
      case LESS -> Normal.lower(-critical - z);
    };
  }

  /**
   * A t test.
   *
   * @param delta expected test statistic
   */
  public static double t(double delta, double df, double alpha, Alternative alternative) {
    checkAlpha(alpha);
    double critical = StudentT.upperQuantile(alternative.tailOf(alpha), df);
    return switch (alternative) {
      case TWO_SIDED ->
          NoncentralT.upper(critical, df, delta) + NoncentralT.lower(-critical, df, delta);
      case GREATER -> NoncentralT.upper(critical, df, delta);
      case LESS -> NoncentralT.lower(-critical, df, delta);
    };
  }

  /**
   * The pooled t test of two samples.
   *
   * @param d difference of means over the common standard deviation
   */
  public static double twoSampleT(
      double d, double n1, double n2, double alpha, Alternative alternative) {
    return t(d * Math.sqrt(n1 * n2 / (n1 + n2)), n1 + n2 - 2, alpha, alternative);
  }

  /**
   * The t test of one sample, or of pairs.
   *
   * @param d mean (difference) over standard deviation
   */
  public static double oneSampleT(double d, double n, double alpha, Alternative alternative) {
    return t(d * Math.sqrt(n), n - 1, alpha, alternative);
  }

  /**
   * Two proportions by Cohen's h, the difference of arcsine square roots.
   *
   * @param p1 of the first group
   */
  public static double proportions(
      double p1, double n1, double p2, double n2, double alpha, Alternative alternative) {
    return normal(effectSize(p1, p2) * Math.sqrt(n1 * n2 / (n1 + n2)), alpha, alternative);
  }

  /** Cohen's h. */
  public static double effectSize(double p1, double p2) {
    return 2 * (Math.asin(Math.sqrt(p1)) - Math.asin(Math.sqrt(p2)));
  }

  /**
   * A chi-squared test.
   *
   * @param w Cohen's w: sqrt of the sum of (p1 - p0)² / p0 over the cells
   */
  public static double chiSquared(double w, double n, double df, double alpha) {
    checkAlpha(alpha);
    return NoncentralChiSquared.upper(ChiSquared.upperQuantile(alpha, df), df, w * w * n);
  }

  /**
   * One-way analysis of variance.
   *
   * @param f Cohen's f: standard deviation of the means over that within
   * @param n in all groups together
   */
  public static double anova(double f, double n, int groups, double alpha) {
    checkAlpha(alpha);
    double df1 = groups - 1;
    double df2 = n - groups;
    return NoncentralChiSquared.upperF(FisherF.upperQuantile(alpha, df1, df2), df1, df2, f * f * n);
  }

  static void checkAlpha(double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
  }
}
