package dev.headrace.core.stats.distribution;

/** The chi-squared distribution with {@code df} degrees of freedom (not necessarily whole). */
public final class ChiSquared {
  private ChiSquared() {}

  /** P(X &lt;= x). */
  public static double lower(double x, double df) {
    return GammaDistribution.lower(x / 2, df / 2);
  }

  /** P(X &gt; x). */
  public static double upper(double x, double df) {
    return GammaDistribution.upper(x / 2, df / 2);
  }

  /** x with {@code lower(x) = p}. */
  public static double quantile(double p, double df) {
    return 2 * GammaDistribution.quantile(p, df / 2);
  }

  /** x with {@code upper(x) = p}. */
  public static double upperQuantile(double p, double df) {
    return 2 * GammaDistribution.upperQuantile(p, df / 2);
  }
}
