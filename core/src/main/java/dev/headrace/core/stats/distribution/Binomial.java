package dev.headrace.core.stats.distribution;

/** The binomial distribution of successes among n trials with probability p. */
public final class Binomial {
  private Binomial() {}

  /** P(X = k). */
  public static double probability(long k, long n, double p) {
    if (k < 0 || k > n) {
      return 0;
    }
    if (p <= 0) {
      return k == 0 ? 1 : 0;
    }
    if (p >= 1) {
      return k == n ? 1 : 0;
    }
    if (k == 0) {
      return Math.exp(n * Math.log1p(-p));
    }
    if (k == n) {
      return Math.exp(n * Math.log(p));
    }
    return Deviance.betaPower(p, 1 - p, (double) k, (double) n - k) * n / ((double) k * (n - k));
  }

  /** P(X &lt;= k). */
  public static double lower(long k, long n, double p) {
    return k < 0 ? 0 : k >= n ? 1 : Beta.upper(p, k + 1.0, (double) n - k);
  }

  /** P(X &gt; k). */
  public static double upper(long k, long n, double p) {
    return k < 0 ? 1 : k >= n ? 0 : Beta.lower(p, k + 1.0, (double) n - k);
  }

  /** P(X &gt;= k), which an exact one-sided test asks for. */
  public static double atLeast(long k, long n, double p) {
    return upper(k - 1, n, p);
  }
}
