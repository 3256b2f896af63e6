package dev.headrace.core.stats.distribution;

import java.util.function.DoubleUnaryOperator;

/**
 * The noncentral chi-squared and F distributions: what the statistics follow when there is an
 * effect. Mixtures of the central ones with Poisson weights (N. Johnson, S. Kotz and N.
 * Balakrishnan, "Continuous univariate distributions 2", chapters 29 and 30), summed outwards from
 * the largest weight.
 */
public final class NoncentralChiSquared {
  private NoncentralChiSquared() {}

  /** P(X &gt; x) with noncentrality {@code lambda}. */
  public static double upper(double x, double df, double lambda) {
    return mixture(lambda, k -> ChiSquared.upper(x, df + 2 * k));
  }

  /** P(F &gt; x) with noncentrality {@code lambda}. */
  public static double upperF(double x, double df1, double df2, double lambda) {
    double share = df1 * x;
    double total = share + df2;
    return mixture(lambda, k -> Beta.regularized(df2 / total, share / total, df2 / 2, df1 / 2 + k));
  }

  private static double mixture(double lambda, DoubleUnaryOperator tail) {
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a noncentrality of " + lambda);
    }
    if (lambda == 0) {
      return tail.applyAsDouble(0);
    }
    double rate = lambda / 2;
    long peak = (long) Math.floor(rate);
    double top = Poisson.probability(peak, rate);
    double sum = top * tail.applyAsDouble((double) peak);
    double weight = top;
    for (long k = peak + 1; weight > top * 1e-18; k++) {
      weight *= rate / k;
      sum += weight * tail.applyAsDouble((double) k);
    }
    weight = top;
    for (long k = peak; k > 0 && weight > top * 1e-18; k--) {
      weight *= k / rate;
      sum += weight * tail.applyAsDouble(k - 1.0);
    }
    return Math.min(1, sum);
  }
}
