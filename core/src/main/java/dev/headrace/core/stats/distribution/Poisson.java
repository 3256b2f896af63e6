package dev.headrace.core.stats.distribution;

/** The Poisson distribution. */
public final class Poisson {
  private Poisson() {}

  /** P(X = k). */
  public static double probability(long k, double rate) {
    if (k < 0) {
      return 0;
    }
    return k == 0 ? Math.exp(-rate) : Deviance.poisson((double) k, rate);
  }

  /** P(X &lt;= k). */
  public static double lower(long k, double rate) {
    return k < 0 ? 0 : GammaDistribution.upper(rate, k + 1.0);
  }

  /** P(X &gt; k). */
  public static double upper(long k, double rate) {
    return k < 0 ? 1 : GammaDistribution.lower(rate, k + 1.0);
  }
}
