package dev.headrace.core.stats.distribution;

import org.hipparchus.special.Gamma;

/**
 * The parts of densities that cancel when they are computed by logarithms of gamma: C. Loader,
 * "Fast and accurate computation of binomial probabilities" (2000).
 */
final class Deviance {
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

  private Deviance() {}

  /** log(Gamma(n + 1)) - (n + 1/2) log n + n - log(sqrt(2 pi)): what Stirling's formula omits. */
  static double stirlingError(double n) {
    if (n <= 15) {
      return Gamma.logGamma(n + 1) - (n + 0.5) * Math.log(n) + n - HALF_LOG_2PI;
    }
    double square = n * n;
    return (1 / 12.0
            - (1 / 360.0
                    - (1 / 1260.0
                            - (1 / 1680.0 - (1 / 1188.0 - 691 / 360360.0 / square) / square)
                                / square)
                        / square)
                / square)
        / n;
  }

  /** x log(x / mean) + mean - x, without loss where the two are close. */
  static double of(double x, double mean) {
    double difference = x - mean;
    if (Math.abs(difference) < 0.1 * (x + mean)) {
      double v = difference / (x + mean);
      double sum = difference * v;
      double term = 2 * x * v;
      double square = v * v;
      for (int j = 1; j < 1000; j++) {
        term *= square;
        double next = sum + term / (2 * j + 1);
        if (next == sum) {
          return next;
        }
        sum = next;
      }
      return sum;
    }
    return x * Math.log(x / mean) + mean - x;
  }

  /** x^(a) (1-x)^(b) Gamma(a+b) / (Gamma(a) Gamma(b)), where y = 1 - x. */
  static double betaPower(double x, double y, double a, double b) {
    double n = a + b;
    double logRest =
        stirlingError(n) - stirlingError(a) - stirlingError(b) - of(a, n * x) - of(b, n * y);
    return Math.exp(logRest) * Math.sqrt(a / n * b / (2 * Math.PI));
  }

  /** x^a exp(-x) / Gamma(a + 1). */
  static double poisson(double a, double x) {
    return Math.exp(-stirlingError(a) - of(a, x)) / Math.sqrt(2 * Math.PI * a);
  }
}
