package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The largest distance of two distribution functions (A. Kolmogorov 1933; N. Smirnov 1939),
 * two-sided. For continuous values; equal ones make the p-value conservative. With millions of rows
 * every harmless difference is significant: look at the distance, too.
 */
public final class KolmogorovSmirnov {
  /** n m up to which two samples are judged exactly. */
  private static final long EXACT_PAIRS = 25_000_000;

  /** n up to which one sample is judged exactly. */
  private static final int EXACT_SIZE = 2_000;

  private KolmogorovSmirnov() {}

  /** How the p-value is computed. */
  public enum PValue {
    /** Exact up to the size where it takes long. */
    AUTOMATIC,
    EXACT,
    /** The limit for many values. */
    ASYMPTOTIC
  }

  /** Whether two samples come from one distribution. */
  public static Answer<TestResult> twoSamples(double[] first, double[] second, PValue pValue) {
    int n = first.length;
    int m = second.length;
    if (n == 0 || m == 0) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are " + n + " and " + m + " values");
    }
    long distance = distance(first, second);
    double d = distance / ((double) n * m);
    boolean exact =
        pValue == PValue.EXACT || (pValue == PValue.AUTOMATIC && (long) n * m <= EXACT_PAIRS);
    double p =
        exact ? exceeding(n, m, distance) : limit(d * Math.sqrt((double) n * m / ((double) n + m)));
    return Answer.of(new TestResult(d, Math.min(1, p), Double.POSITIVE_INFINITY));
  }

  /** The largest |i m - j n|, with i and j the values at most x. */
  private static long distance(double[] first, double[] second) {
    double[] x = first.clone();
    double[] y = second.clone();
    Arrays.sort(x);
    Arrays.sort(y);
    long largest = 0;
    int i = 0;
    int j = 0;
    while (i < x.length && j < y.length) {
      double at = Math.min(x[i], y[j]);
      while (i < x.length && x[i] <= at) {
        i++;
      }
      while (j < y.length && y[j] <= at) {
        j++;
      }
      largest = Math.max(largest, Math.abs((long) i * y.length - (long) j * x.length));
    }
    return largest;
  }

  /**
   * The chance that a random order of n and m values gets this far apart: a walk over the lattice
   * that ends where it does, so that no digit of a small chance is lost.
   */
  private static double exceeding(int n, int m, long distance) {
    if (distance == 0) {
      return 1;
    }
    double[] row = new double[m + 1];
    row[0] = 1;
    double ended = 0;
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        if (Math.abs((long) i * m - (long) j * n) >= distance) {
          ended += row[j];
          row[j] = 0;
          continue;
        }
        double left = (double) (n - i) + (m - j);
        if (left > 0 && j < m) {
          row[j + 1] += row[j] * (m - j) / left;
        }
        row[j] = left > 0 ? row[j] * (n - i) / left : 0;
      }
    }
    return ended;
  }

  /** Whether a sample comes from the distribution with this continuous distribution function. */
  public static Answer<TestResult> oneSample(
      double[] values, DoubleUnaryOperator lower, PValue pValue) {
    int n = values.length;
    if (n == 0) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double d = 0;
    for (int i = 0; i < n; i++) {
      double expected = lower.applyAsDouble(sorted[i]);
      d = Math.max(d, Math.max((i + 1.0) / n - expected, expected - (double) i / n));
    }
    boolean exact = pValue == PValue.EXACT || (pValue == PValue.AUTOMATIC && n <= EXACT_SIZE);
    double p = exact ? exact(n, d) : limit(d * Math.sqrt(n));
    return Answer.of(new TestResult(d, Math.clamp(p, 0.0, 1.0), Double.POSITIVE_INFINITY));
  }

  private static double exact(int n, double d) {
    // Both sides are exceeded together with about the cube of the chance: for a small one, twice
    // one side is exact to double precision.
    double twice = 2 * oneSided(n, d);
    return twice < 1e-4 ? twice : 1 - matrixPower(n, d);
  }

  /** Z. Birnbaum and F. Tingey, Ann. Math. Stat. 22 (1951). */
  private static double oneSided(int n, double d) {
    if (d >= 1) {
      return 0;
    }
    double sum = 0;
    double logFactor = 0; // log of n choose j
    for (int j = 0; j <= (int) Math.floor(n * (1 - d)); j++) {
      double at = d + (double) j / n;
      double log = logFactor + (n - j) * Math.log1p(-at) + (j - 1) * Math.log(at);
      sum += at < 1 ? Math.exp(log) : 0;
      logFactor += Math.log((double) (n - j) / (j + 1));
    }
    return d * sum;
  }

  /** G. Marsaglia, W. Tsang and J. Wang, J. Stat. Softw. 8(18) (2003): P(D &lt; d). */
  private static double matrixPower(int n, double d) {
    int k = (int) (n * d) + 1;
    int size = 2 * k - 1;
    double h = k - n * d;
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        matrix[i][j] = i - j + 1 < 0 ? 0 : 1;
      }
    }
    for (int i = 0; i < size; i++) {
      matrix[i][0] -= Math.pow(h, i + 1);
      matrix[size - 1][i] -= Math.pow(h, size - i);
    }
    matrix[size - 1][0] += 2 * h - 1 > 0 ? Math.pow(2 * h - 1, size) : 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        for (int g = 1; g <= i - j + 1; g++) {
          matrix[i][j] /= g;
        }
      }
    }
    Scaled power = new Scaled(matrix, 0).power(n);
    double result = power.matrix[k - 1][k - 1];
    int exponent = power.exponent;
    for (int i = 1; i <= n; i++) {
      result = result * i / n;
      if (result < 1e-140) {
        result *= 1e140;
        exponent -= 140;
      }
    }
    return result * Math.pow(10, exponent);
  }

  /** A matrix times a power of ten, so that high powers neither overflow nor vanish. */
  private static final class Scaled {
    private final double[][] matrix;
    private final int exponent;

    Scaled(double[][] matrix, int exponent) {
      this.matrix = matrix;
      this.exponent = exponent;
    }

    Scaled power(int n) {
      if (n == 1) {
        return this;
      }
      Scaled half = power(n / 2);
      Scaled squared = half.times(half);
      return n % 2 == 0 ? squared : times(squared);
    }

    private Scaled times(Scaled other) {
      int size = matrix.length;
      double[][] product = new double[size][size];
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < size; k++) {
          double factor = matrix[i][k];
          for (int j = 0; j < size; j++) {
            product[i][j] += factor * other.matrix[k][j];
          }
        }
      }
      int exponentSum = exponent + other.exponent;
      if (product[size / 2][size / 2] > 1e140) {
        for (double[] row : product) {
          for (int j = 0; j < size; j++) {
            row[j] *= 1e-140;
          }
        }
        exponentSum += 140;
      }
      return new Scaled(product, exponentSum);
    }
  }

  /** P(sqrt(n) D &gt; x) for n to infinity. */
  static double limit(double x) {
    if (x < 0.05) {
      return 1;
    }
    if (x < 1) { // The theta function's other form, which converges fast for small x.
      double sum = 0;
      for (int k = 1; k < 40; k += 2) {
        sum += Math.exp(-k * k * Math.PI * Math.PI / (8 * x * x));
      }
      return 1 - Math.sqrt(2 * Math.PI) / x * sum;
    }
    double sum = 0;
    for (int k = 1; k < 40; k++) {
      sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * x * x);
    }
    return sum;
  }
}
