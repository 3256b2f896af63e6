package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.ChiSquared;
import dev.headrace.core.stats.distribution.Hypergeometric;

/**
 * Counts in cells (K. Pearson 1900; R. Fisher 1922). Chi-squared wants expected counts of at least
 * about five; Fisher's test has no such condition and is for two by two.
 */
public final class CountTest {
  private CountTest() {}

  /**
   * Whether counts follow the given weights. Cells of weight zero take no part, as if they were not
   * there.
   *
   * @param weights not negative; scaled to one
   */
  public static Answer<TestResult> goodnessOfFit(long[] counts, double[] weights) {
    if (counts.length != weights.length) {
      throw new IllegalArgumentException(
          counts.length + " counts with " + weights.length + " weights");
    }
    double total = 0;
    double weightSum = 0;
    int cells = 0;
    for (int i = 0; i < counts.length; i++) {
      if (weights[i] < 0 || counts[i] < 0 || !Double.isFinite(weights[i])) {
        throw new IllegalArgumentException(
            "a count of " + counts[i] + " with weight " + weights[i]);
      }
      if (weights[i] > 0) {
        total += counts[i];
        weightSum += weights[i];
        cells++;
      }
    }
    if (cells < 2 || total == 0) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES, cells + " cells of positive weight hold " + (long) total);
    }
    double statistic = 0;
    for (int i = 0; i < counts.length; i++) {
      if (weights[i] > 0) {
        double expected = total * weights[i] / weightSum;
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
      }
    }
    return Answer.of(new TestResult(statistic, ChiSquared.upper(statistic, cells - 1), cells - 1));
  }

  /** How a two-by-two table's statistic is corrected for counts being whole. */
  public enum Continuity {
    NONE,
    /** F. Yates 1934: half a unit off each difference. Conservative. */
    YATES
  }

  /** Whether rows and columns of a table are independent; empty rows and columns take no part. */
  public static Answer<TestResult> independence(long[][] table, Continuity continuity) {
    int columns = table.length == 0 ? 0 : table[0].length;
    double[] rowSums = new double[table.length];
    double[] columnSums = new double[columns];
    double total = 0;
    for (int i = 0; i < table.length; i++) {
      for (int j = 0; j < columns; j++) {
        if (table[i][j] < 0) {
          throw new IllegalArgumentException("a count of " + table[i][j]);
        }
        rowSums[i] += table[i][j];
        columnSums[j] += table[i][j];
        total += table[i][j];
      }
    }
    int rows = positive(rowSums);
    int filled = positive(columnSums);
    if (rows < 2 || filled < 2) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES, rows + " rows and " + filled + " columns have counts");
    }
    boolean yates = continuity == Continuity.YATES && rows == 2 && filled == 2;
    double statistic = 0;
    for (int i = 0; i < table.length; i++) {
      for (int j = 0; j < columns; j++) {
        double expected = rowSums[i] * columnSums[j] / total;
        if (expected > 0) {
          double gap = Math.abs(table[i][j] - expected);
          gap = yates ? Math.max(0, gap - 0.5) : gap;
          statistic += gap * gap / expected;
        }
      }
    }
    double df = (rows - 1.0) * (filled - 1.0);
    return Answer.of(new TestResult(statistic, ChiSquared.upper(statistic, df), df));
  }

  private static int positive(double[] sums) {
    int count = 0;
    for (double sum : sums) {
      count += sum > 0 ? 1 : 0;
    }
    return count;
  }

  /**
   * Fisher's exact test of {{a, b}, {c, d}}. The statistic is the odds ratio a d / (b c), infinite
   * where b c is zero. GREATER asks whether it is above one. Two-sided: the probability of all
   * tables with these margins that are at most as likely as this one.
   */
  public static Answer<TestResult> fisher(long a, long b, long c, long d, Alternative alternative) {
    if (Math.min(Math.min(a, b), Math.min(c, d)) < 0) {
      throw new IllegalArgumentException(
          "a negative count among " + a + " " + b + " " + c + " " + d);
    }
    long marked = a + b;
    long drawn = a + c;
    long total = a + b + c + d;
    if (marked == 0 || drawn == 0 || marked == total || drawn == total) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "a row or a column of the table is empty");
    }
    long low = Math.max(0, drawn - (total - marked));
    long high = Math.min(marked, drawn);
    double seen = Hypergeometric.probability(a, total, marked, drawn);
    double sum = 0;
    for (long k = low; k <= high; k++) {
      double p = Hypergeometric.probability(k, total, marked, drawn);
      boolean counts =
          switch (alternative) {
            case TWO_SIDED -> p <= seen * (1 + 1e-7);
            case GREATER -> k >= a;
            case LESS -> k <= a;
          };
      sum += counts ? p : 0;
    }
    double odds = b == 0 || c == 0 ? Double.POSITIVE_INFINITY : (double) a * d / ((double) b * c);
    return Answer.of(new TestResult(odds, Math.min(1, sum), Double.POSITIVE_INFINITY));
  }
}
