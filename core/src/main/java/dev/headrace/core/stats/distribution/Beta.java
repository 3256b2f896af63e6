package dev.headrace.core.stats.distribution;

/**
 * The beta distribution with shapes a and b, and with it the incomplete beta function beneath
 * Student's t, F and the binomial.
 *
 * <p>The continued fraction of A. DiDonato and A. Morris, "Algorithm 708", ACM TOMS 18 (1992), by
 * Lentz's method, with its leading factor by saddle point ({@link Deviance}), so that shapes of a
 * hundred million lose no digits.
 */
public final class Beta {
  private static final double TINY = 1e-300;

  private Beta() {}

  /** P(X &lt;= x). */
  public static double lower(double x, double a, double b) {
    return x <= 0 ? 0 : x >= 1 ? 1 : regularized(x, 1 - x, a, b);
  }

  /** P(X &gt; x). */
  public static double upper(double x, double a, double b) {
    return x <= 0 ? 1 : x >= 1 ? 0 : regularized(1 - x, x, b, a);
  }

  /** The density at x, in (0, 1). */
  public static double density(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return 0;
    }
    return Deviance.betaPower(x, 1 - x, a, b) / (x * (1 - x));
  }

  /** x with {@code lower(x) = p}. */
  public static double quantile(double p, double a, double b) {
    Probability.check(p);
    Probability.positive("a shape", a);
    Probability.positive("a shape", b);
    if (p == 0 || p == 1) {
      return p;
    }
    // The logarithm of the smaller tail is close to a straight line, and tiny p keep their digits.
    double mean = a / (a + b);
    if (lower(mean, a, b) >= p) {
      double logP = Math.log(p);
      return Probability.root(
          x -> Math.log(lower(x, a, b)) - logP, x -> density(x, a, b) / lower(x, a, b), mean, 0, 1);
    }
    double logQ = Math.log1p(-p);
    return Probability.root(
        x -> logQ - Math.log(upper(x, a, b)), x -> density(x, a, b) / upper(x, a, b), mean, 0, 1);
  }

  /**
   * The regularised incomplete beta function I_x(a, b).
   *
   * @param y must be 1 - x; given apart because it may be known to more digits
   */
  static double regularized(double x, double y, double a, double b) {
    Probability.positive("a shape", a);
    Probability.positive("a shape", b);
    if (x <= 0) {
      return 0;
    }
    if (y <= 0) {
      return 1;
    }
    double power = Deviance.betaPower(x, y, a, b);
    if (x < (a + 1) / (a + b + 2)) {
      return Math.min(1, power * fraction(x, a, b) / a);
    }
    return Math.max(0, 1 - power * fraction(y, b, a) / b);
  }

  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    double product = d;
    for (int m = 1; m < 200_000; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 + even * d;
      c = 1 + even / c;
      d = 1 / (Math.abs(d) < TINY ? TINY : d);
      c = Math.abs(c) < TINY ? TINY : c;
      product *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 + odd * d;
      c = 1 + odd / c;
      d = 1 / (Math.abs(d) < TINY ? TINY : d);
      c = Math.abs(c) < TINY ? TINY : c;
      double factor = d * c;
      product *= factor;
      if (Math.abs(factor - 1) <= 2.3e-16) {
        break;
      }
    }
    return product;
  }
}
