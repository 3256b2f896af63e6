package dev.headrace.core.stats.sequential;

import dev.headrace.core.stats.distribution.Beta;
import dev.headrace.core.stats.distribution.GammaDistribution;
import dev.headrace.core.stats.distribution.Normal;
import org.hipparchus.special.Gamma;

/**
 * Curves that a sum of centred values crosses at any time with probability at most alpha: S.
 * Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic
 * confidence sequences", Ann. Stat. 49 (2021). Each integrates an exponential supermartingale over
 * a mixture of alternatives; s is the sum so far and v its intrinsic time, such as the sum of
 * variances.
 *
 * <p>Mixtures are tuned to be tight at intrinsic time {@code vOpt} and level {@code alphaOpt}.
 */
public sealed interface UniformBoundary {
  /**
   * Logarithm of the mixture: evidence in nats that the sum is not centred; exp of minus it is an
   * always-valid p-value.
   */
  double logMixture(double s, double v);

  /** The largest sum that could be. */
  default double largestSum(double v) {
    return Double.POSITIVE_INFINITY;
  }

  /** The sum that is exceeded at any time with probability at most alpha. */
  default double bound(double v, double alpha) {
    double threshold = -Math.log(alpha);
    double high = largestSum(v);
    if (Double.isInfinite(high)) {
      high = Math.max(v, 1e-12);
      while (logMixture(high, v) <= threshold) {
        high *= 2;
      }
    } else if (logMixture(high, v) < threshold) {
      return high;
    }
    double low = 0;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
      double middle = low / 2 + high / 2;
      if (logMixture(middle, v) > threshold) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** vOpt / (2 log(1/alpha) + log(1 + 2 log(1/alpha))); one-sided mixtures take 2 alpha. */
  private static double rho(double vOpt, double alpha) {
    if (!(vOpt > 0) || !(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("tuning for time " + vOpt + " at level " + alpha);
    }
    double log = -2 * Math.log(alpha);
    return vOpt / (log + Math.log1p(log));
  }

  /** Sub-Gaussian sums, both directions. */
  static UniformBoundary normal(double vOpt, double alphaOpt) {
    return new TwoSidedNormal(rho(vOpt, alphaOpt));
  }

  /** Sub-Gaussian sums, upwards. */
  static UniformBoundary oneSidedNormal(double vOpt, double alphaOpt) {
    return new OneSidedNormal(rho(vOpt, 2 * alphaOpt));
  }

  /**
   * Sub-exponential sums with scale c, upwards: values bounded on one side by c, or with known
   * variance (Bernstein).
   */
  static UniformBoundary gammaExponential(double vOpt, double alphaOpt, double c) {
    return new GammaExponential(rho(vOpt, 2 * alphaOpt), c);
  }

  /** Sub-Poisson sums with scale c, upwards (Bennett). */
  static UniformBoundary gammaPoisson(double vOpt, double alphaOpt, double c) {
    return new GammaPoisson(rho(vOpt, 2 * alphaOpt), c);
  }

  /** Values in [-g, h] with mean zero (Bernoulli), upwards; v is g h times their number. */
  static UniformBoundary oneSidedBetaBinomial(double vOpt, double alphaOpt, double g, double h) {
    return BetaBinomial.of(rho(vOpt, 2 * alphaOpt), g, h, h / (g + h));
  }

  /** The same in both directions. */
  static UniformBoundary betaBinomial(double vOpt, double alphaOpt, double g, double h) {
    return BetaBinomial.of(rho(vOpt, alphaOpt), g, h, 1);
  }

  /**
   * Polynomial stitching (their equation 10): sqrt(k1² v l + (k2 c l)²) + k2 c l with l = s log log
   * (eta v / vMin) + log(zeta(s) / (alpha log(eta)^s)). Grows no faster than the law of the
   * iterated logarithm demands.
   *
   * @param vMin intrinsic time from which it is tight
   * @param c scale of sub-gamma sums; 0 for sub-Gaussian ones
   * @param s above 1; 1.4 is usual
   * @param eta above 1; 2 is usual
   */
  static double polyStitching(double v, double alpha, double vMin, double c, double s, double eta) {
    double k1 = (Math.pow(eta, 0.25) + Math.pow(eta, -0.25)) / Math.sqrt(2);
    double k2 = (Math.sqrt(eta) + 1) / 2;
    double time = Math.max(v, vMin);
    double l =
        s * Math.log(Math.log(eta * time / vMin))
            + Math.log(zeta(s) / (alpha * Math.pow(Math.log(eta), s)));
    double linear = k2 * c * l;
    return Math.sqrt(k1 * k1 * time * l + linear * linear) + linear;
  }

  /** Riemann's zeta for s above 1, by Euler and Maclaurin. */
  private static double zeta(double s) {
    int n = 20;
    double sum = 0;
    for (int k = 1; k < n; k++) {
      sum += Math.pow(k, -s);
    }
    double power = Math.pow(n, -s);
    sum += n * power / (s - 1) + power / 2;
    double term = s * power / n;
    sum += term / 12;
    term *= (s + 1) * (s + 2) / ((double) n * n);
    sum -= term / 720;
    term *= (s + 3) * (s + 4) / ((double) n * n);
    sum += term / 30240;
    term *= (s + 5) * (s + 6) / ((double) n * n);
    return sum - term / 1209600;
  }

  /** See {@link #normal}. */
  record TwoSidedNormal(double rho) implements UniformBoundary {
    @Override
    public double logMixture(double s, double v) {
      return 0.5 * Math.log(rho / (v + rho)) + s * s / (2 * (v + rho));
    }

    @Override
    public double bound(double v, double alpha) {
      return Math.sqrt((v + rho) * (Math.log1p(v / rho) - 2 * Math.log(alpha)));
    }
  }

  /** See {@link #oneSidedNormal}. */
  record OneSidedNormal(double rho) implements UniformBoundary {
    @Override
    public double logMixture(double s, double v) {
      return 0.5 * Math.log(4 * rho / (v + rho))
          + s * s / (2 * (v + rho))
          + Math.log(Normal.lower(s / Math.sqrt(v + rho)));
    }
  }

  /** See {@link #gammaExponential}. */
  record GammaExponential(double rho, double c) implements UniformBoundary {
    @Override
    public double logMixture(double s, double v) {
      double square = c * c;
      double shape = rho / square;
      double time = (v + rho) / square;
      double shifted = (c * s + v) / square;
      return shape * Math.log(shape)
          - Gamma.logGamma(shape)
          - Math.log(GammaDistribution.lower(shape, shape))
          + Gamma.logGamma(time)
          + Math.log(GammaDistribution.lower(shifted + shape, time))
          - time * Math.log(shifted + shape)
          + shifted;
    }
  }

  /** See {@link #gammaPoisson}. */
  record GammaPoisson(double rho, double c) implements UniformBoundary {
    @Override
    public double logMixture(double s, double v) {
      double square = c * c;
      double shape = rho / square;
      double time = (v + rho) / square;
      double shifted = s / c + time;
      return shape * Math.log(shape)
          - Gamma.logGamma(shape)
          - Math.log(GammaDistribution.upper(shape, shape))
          + Gamma.logGamma(shifted)
          + Math.log(GammaDistribution.upper(time, shifted))
          - shifted * Math.log(time)
          + v / square;
    }
  }

  /** See {@link #betaBinomial}. */
  record BetaBinomial(double r, double g, double h, double cut, double normalizer)
      implements UniformBoundary {
    private static BetaBinomial of(double rho, double g, double h, double cut) {
      double r = Math.max(rho - g * h, 1e-3 * g * h);
      return new BetaBinomial(
          r, g, h, cut, logIncompleteBeta(r / (g * (g + h)), r / (h * (g + h)), cut));
    }

    @Override
    public double logMixture(double s, double v) {
      return v / (g * h) * Math.log(g + h)
          - (v + h * s) / (h * (g + h)) * Math.log(g)
          - (v - g * s) / (g * (g + h)) * Math.log(h)
          + logIncompleteBeta((r + v - g * s) / (g * (g + h)), (r + v + h * s) / (h * (g + h)), cut)
          - normalizer;
    }

    @Override
    public double largestSum(double v) {
      return v / g;
    }

    private static double logIncompleteBeta(double a, double b, double x) {
      double complete = Gamma.logGamma(a) + Gamma.logGamma(b) - Gamma.logGamma(a + b);
      return x == 1 ? complete : complete + Math.log(Beta.lower(x, a, b));
    }
  }
}
