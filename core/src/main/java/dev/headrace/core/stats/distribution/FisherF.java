package dev.headrace.core.stats.distribution;

/** The F distribution with {@code df1} and {@code df2} degrees of freedom. */
public final class FisherF {
  private FisherF() {}

  /** P(F &lt;= x). */
  public static double lower(double x, double df1, double df2) {
    if (x <= 0) {
      return 0;
    }
    double share = df1 * x;
    return Beta.regularized(share / (share + df2), df2 / (share + df2), df1 / 2, df2 / 2);
  }

  /** P(F &gt; x). */
  public static double upper(double x, double df1, double df2) {
    if (x <= 0) {
      return 1;
    }
    double share = df1 * x;
    return Beta.regularized(df2 / (share + df2), share / (share + df2), df2 / 2, df1 / 2);
  }

  /** x with {@code upper(x) = p}. */
  public static double upperQuantile(double p, double df1, double df2) {
    Probability.check(p);
    if (p == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double share = Beta.quantile(p, df2 / 2, df1 / 2); // df2 / (df1 x + df2)
    return df2 * (1 - share) / (df1 * share);
  }
}
