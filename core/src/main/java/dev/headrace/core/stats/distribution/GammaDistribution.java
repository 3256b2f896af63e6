package dev.headrace.core.stats.distribution;

/**
 * The gamma distribution with a shape and rate 1, and with it the incomplete gamma function beneath
 * chi-squared and Poisson.
 *
 * <p>Series below the shape, Lentz's continued fraction above it (Abramowitz and Stegun 6.5.29 and
 * 6.5.31), the leading factor by saddle point ({@link Deviance}). Both take about the square root
 * of the shape as many steps; where that is large, and x near it, the uniform expansion of N. Temme
 * ("The asymptotic expansion of the incomplete gamma functions", SIAM J. Math. Anal. 10, 1979)
 * takes none.
 */
public final class GammaDistribution {
  /** Below it {@link #lower} is a power of x: the series is its first term. */
  private static final double TINY = 1e-20;

  /** From here on three terms of the expansion are exact to the last digits. */
  private static final double LARGE = 1e5;

  /** How far its series in eta are exact. */
  private static final double NEAR = 0.3;

  /** Coefficients of Temme's series: of eta^k / shape^i, i by row. */
  private static final double[][] TEMME = {
    {
      -1.0 / 3,
      1.0 / 12,
      -2.0 / 135,
      1.0 / 864,
      1.0 / 2835,
      -139.0 / 777600,
      3.9192631785224377817e-5,
      -2.1854485106799921615e-6,
      -1.8540622107151599607e-6,
      8.296711340953086005e-7,
      -1.7665952736826079304e-7,
      6.7078535434014985804e-9,
      1.0261809784240308043e-8,
      -4.3820360184533531866e-9
    },
    {
      -1.0 / 540,
      -1.0 / 288,
      2.6455026455026455026e-3,
      -9.9022633744855967078e-4,
      2.0576131687242798354e-4,
      -4.0187757201646090535e-7,
      -1.8098550334489977837e-5,
      7.6491609160811100846e-6
    },
    {4.1335978835978835979e-3, -2.6813271604938271605e-3, 7.7160493827160493827e-4}
  };

  private GammaDistribution() {}

  /** P(X &lt;= x). */
  public static double lower(double x, double shape) {
    Probability.positive("a shape", shape);
    if (x <= 0) {
      return 0;
    }
    if (isNear(x, shape)) {
      return expansion(x, shape, -1);
    }
    return x < shape + 1 ? series(x, shape) : 1 - fraction(x, shape);
  }

  /** P(X &gt; x). */
  public static double upper(double x, double shape) {
    Probability.positive("a shape", shape);
    if (x <= 0) {
      return 1;
    }
    if (isNear(x, shape)) {
      return expansion(x, shape, 1);
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
    double atTiny = lower(TINY, shape);
    if (atTiny > p) {
      return TINY * Math.exp((logP - Math.log(atTiny)) / shape);
    }
    return Probability.root(
        x -> Math.log(lower(x, shape)) - logP,
        x -> density(x, shape) / lower(x, shape),
        shape,
        0,
        2 * shape + 1);
  }

  private static boolean isNear(double x, double shape) {
    return shape >= LARGE && 2 * Deviance.of(shape, x) <= NEAR * NEAR * shape;
  }

  /**
   * Temme's uniform expansion.
   *
   * @param side 1 for the upper tail, -1 for the lower one
   */
  private static double expansion(double x, double shape, int side) {
    double z = Math.copySign(Math.sqrt(2 * Deviance.of(shape, x)), x - shape);
    double eta = z / Math.sqrt(shape);
    double rest = 0;
    for (int i = TEMME.length - 1; i >= 0; i--) {
      double sum = 0;
      for (int k = TEMME[i].length - 1; k >= 0; k--) {
        sum = sum * eta + TEMME[i][k];
      }
      rest = rest / shape + sum;
    }
    rest *= Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI * shape);
    return Math.clamp(Normal.upper(side * z) + side * rest, 0, 1);
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
