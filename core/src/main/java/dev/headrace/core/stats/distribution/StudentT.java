package dev.headrace.core.stats.distribution;

/**
 * Student's t distribution; infinite degrees of freedom are the normal distribution.
 *
 * <p>Tail probabilities by the incomplete beta function. From {@value #LARGE} degrees of freedom on
 * by the normal deviate of the same tail, G. W. Hill, "Algorithm 395", CACM 13 (1970): ten times as
 * fast, and there within 1e-13 of the exact value, relative.
 */
public final class StudentT {
  /** From here on, Hill's expansion has as many digits as the incomplete beta function. */
  private static final double LARGE = 400;

  private StudentT() {}

  /** P(T &lt;= t). */
  public static double lower(double t, double df) {
    return upper(-t, df);
  }

  /** P(T &gt; t). */
  public static double upper(double t, double df) {
    Probability.positive("degrees of freedom", Math.min(df, Double.MAX_VALUE));
    if (df == Double.POSITIVE_INFINITY) {
      return Normal.upper(t);
    }
    if (df >= LARGE && t * t < 0.1 * df) {
      double z = normalDeviate(Math.abs(t), df);
      return t >= 0 ? Normal.upper(z) : Normal.upper(-z);
    }
    double square = t * t;
    double total = df + square;
    double tail = 0.5 * Beta.regularized(df / total, square / total, df / 2, 0.5);
    return t >= 0 ? tail : 1 - tail;
  }

  /** P(|T| &gt;= |t|). */
  public static double twoSided(double t, double df) {
    return Math.min(1, 2 * upper(Math.abs(t), df));
  }

  public static double density(double t, double df) {
    if (df == Double.POSITIVE_INFINITY) {
      return Normal.density(t);
    }
    double size = Math.max(Math.abs(t), 1e-8); // Flat at zero, where the formula is 0 / 0.
    double square = size * size;
    double total = df + square;
    // The density of the beta variable df/(df + t²), changed to t.
    return Deviance.betaPower(df / total, square / total, df / 2, 0.5) / size;
  }

  /** t with {@code lower(t) = p}. */
  public static double quantile(double p, double df) {
    Probability.check(p);
    return p < 0.5 ? -upperQuantile(p, df) : upperQuantile(1 - p, df);
  }

  /** t with {@code upper(t) = p}. */
  public static double upperQuantile(double p, double df) {
    Probability.check(p);
    if (p == 0.5) {
      return 0;
    }
    if (p > 0.5) {
      return -upperQuantile(1 - p, df);
    }
    double z = Normal.upperQuantile(p);
    if (df == Double.POSITIVE_INFINITY || p == 0) {
      return z;
    }
    double start = df > 3 ? fromNormalDeviate(z, df) : z;
    if (df >= LARGE && start * start < 0.1 * df) {
      return start;
    }
    double logP = Math.log(p);
    double high = Math.max(start, 1) * 2;
    while (upper(high, df) > p) {
      high *= 8;
    }
    return Probability.root(
        t -> logP - Math.log(upper(t, df)), t -> density(t, df) / upper(t, df), start, 0, high);
  }

  /** Hill's expansion: z with the same upper tail as t. */
  private static double normalDeviate(double t, double df) {
    double a = df - 0.5;
    return deviate(a * Math.log1p(t * t / df), 48 * a * a);
  }

  private static double deviate(double y, double b) {
    return (((((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3) / b + 1)
        * Math.sqrt(y);
  }

  /** The inverse of {@link #normalDeviate}, by Newton's steps on the square root of y. */
  private static double fromNormalDeviate(double z, double df) {
    double a = df - 0.5;
    double b = 48 * a * a;
    double root = z;
    for (int i = 0; i < 20; i++) {
      double y = root * root;
      double step = (deviate(y, b) - z) / (1 + (3 * y + 3) / b);
      root -= step;
      if (Math.abs(step) <= 1e-16 * Math.abs(root)) {
        break;
      }
    }
    return Math.sqrt(df * Math.expm1(root * root / a));
  }
}
