package dev.headrace.ml.learn.linear;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Normal;
import java.util.Arrays;

/**
 * Shapiro and Wilk's test of normality by Royston's approximation, for 3 to 5000 values: Royston
 * (1995), Algorithm AS R94, Applied Statistics 44.
 */
final class ShapiroWilk {
  private static final int MOST = 5_000;
  private static final double[] C1 = {0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
  private static final double[] C2 = {0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
  private static final double[] C3 = {0.544, -0.39978, 0.025054, -6.714e-4};
  private static final double[] C4 = {1.3822, -0.77857, 0.062767, -0.0020322};
  private static final double[] C5 = {-1.5861, -0.31082, -0.083751, 0.0038915};
  private static final double[] C6 = {-0.4803, -0.082676, 0.0030302};
  private static final double[] G = {-2.273, 0.459};

  private ShapiroWilk() {}

  /** W and its p-value; a small one speaks against a normal distribution. */
  static Answer<Normality> test(double[] values) {
    int n = values.length;
    if (n < 3 || n > MOST) {
      return Answer.unknown(
          Answer.Reason.NOT_APPLICABLE,
          "it is defined for 3 to %d values, and there are %d".formatted(MOST, n));
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double mean = Arrays.stream(sorted).sum() / n;
    double squares = LeastSquares.squares(sorted, mean);
    if (!(sorted[n - 1] - sorted[0] > 1e-19) || squares == 0) {
      return Answer.unknown(Answer.Reason.NO_VARIANCE, "all values are equal");
    }
    double[] a = weights(n);
    double sum = 0;
    for (int i = 0; i < n / 2; i++) {
      sum += a[i] * (sorted[n - 1 - i] - sorted[i]);
    }
    double w = Math.min(1, sum * sum / squares);
    return Answer.of(new Normality(w, tail(w, n)));
  }

  /** Coefficients of the largest distances inwards. */
  private static double[] weights(int n) {
    int half = n / 2;
    double[] a = new double[half];
    if (n == 3) {
      a[0] = Math.sqrt(0.5);
      return a;
    }
    double[] m = new double[half];
    double squares = 0;
    for (int i = 0; i < half; i++) {
      m[i] = Normal.quantile((i + 1 - 0.375) / (n + 0.25));
      squares += m[i] * m[i];
    }
    squares *= 2;
    double root = Math.sqrt(squares);
    double u = 1 / Math.sqrt(n);
    double a1 = polynomial(C1, u) - m[0] / root;
    int from;
    double scale;
    if (n > 5) {
      from = 2;
      double a2 = -m[1] / root + polynomial(C2, u);
      scale =
          Math.sqrt(
              (squares - 2 * m[0] * m[0] - 2 * m[1] * m[1]) / (1 - 2 * a1 * a1 - 2 * a2 * a2));
      a[1] = a2;
    } else {
      from = 1;
      scale = Math.sqrt((squares - 2 * m[0] * m[0]) / (1 - 2 * a1 * a1));
    }
    a[0] = a1;
    for (int i = from; i < half; i++) {
      a[i] = -m[i] / scale;
    }
    return a;
  }

  private static double tail(double w, int n) {
    if (n == 3) {
      double stqr = Math.asin(Math.sqrt(0.75));
      return Math.max(0, 6 / Math.PI * (Math.asin(Math.sqrt(w)) - stqr));
    }
    double y = Math.log1p(-w);
    double x = Math.log(n);
    double mean;
    double deviation;
    if (n <= 11) {
      double gamma = polynomial(G, n);
      if (y >= gamma) {
        return 1e-99;
      }
      y = -Math.log(gamma - y);
      mean = polynomial(C3, n);
      deviation = Math.exp(polynomial(C4, n));
    } else {
      mean = polynomial(C5, x);
      deviation = Math.exp(polynomial(C6, x));
    }
    return Normal.upper((y - mean) / deviation);
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = value * x + coefficients[i];
    }
    return value;
  }

  /**
   * How normal values look.
   *
   * @param statistic W, 1 for values exactly as expected of a normal distribution
   */
  record Normality(double statistic, double pValue) {}
}
