package dev.headrace.core.stats.distribution;

/**
 * The gamma distribution with a shape and rate 1, and with it the incomplete gamma function beneath
 * chi-squared and Poisson.
 *
 * <p>Series below the shape, Lentz's continued fraction above it (Abramowitz and Stegun 6.5.29 and
 * 6.5.31), the leading factor by saddle point ({@link Deviance}).
 */
public final class GammaDistribution {
  private GammaDistribution() {}

  /** P(X &lt;= x). */
  public static double lower(double x, double shape) {
    Probability.positive("a shape", shape);
    if (x <= 0) {
      return 0;
    }
    return x < shape + 1 ? series(x, shape) : 1 - fraction(x, shape);
  }

  /** P(X &gt; x). */
  public static double upper(double x, double shape) {
    Probability.positive("a shape", shape);
    if (x <= 0) {
      return 1;
    }
    return x < shape + 1 ? 1 - series(x, shape) : fraction(x, shape);
  }

  public static double density(double x, double shape) {
    return x <= 0 ? 0 : Deviance.poisson(shape, x) * shape / x;
  }

  /** x with {@code lower(x) = p}. */
  public static double quantile(double p, double shape) {
    Probability.check(p);
    if (p == 0) {
      return 0;
    }
    return lower(shape, shape) >= p ? below(p, shape) : upperQuantile(1 - p, shape);
  }

  /** x with {@code upper(x) = p}. */
  public static double upperQuantile(double p, double shape) {
    Probability.check(p);
    if (p == 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (p == 1) {
      return 0;
    }
    if (upper(shape, shape) <= p) {
      return below(1 - p, shape);
    }
    double logP = Math.log(p);
    double high = shape + 1;
    while (upper(high, shape) > p) {
      high *= 2;
    }
    return Probability.root(
        x -> logP - Math.log(upper(x, shape)),
        x -> density(x, shape) / upper(x, shape),
        shape,
        0,
        high);
  }

  private static double below(double p, double shape) {
    double logP = Math.log(p);
    return Probability.root(
        x -> Math.log(lower(x, shape)) - logP,
        x -> density(x, shape) / lower(x, shape),
        shape,
        0,
        2 * shape + 1);
  }

  private static double series(double x, double shape) {
    double term = 1;
    double sum = 1;
    for (int k = 1; k < 1_000_000 && term > sum * 1e-17; k++) {
      term *= x / (shape + k);
      sum += term;
    }
    return Math.min(1, Deviance.poisson(shape, x) * sum);
  }

  private static double fraction(double x, double shape) {
    double b = x + 1 - shape;
    double c = 1e300;
    double d = 1 / b;
    double product = d;
    for (int k = 1; k < 1_000_000; k++) {
      double a = -k * (k - shape);
      b += 2;
      d = 1 / (a * d + b);
      c = b + a / c;
      double factor = d * c;
      product *= factor;
      if (Math.abs(factor - 1) <= 2.3e-16) {
        break;
      }
    }
    return Math.min(1, Deviance.poisson(shape, x) * shape * product);
  }
}
