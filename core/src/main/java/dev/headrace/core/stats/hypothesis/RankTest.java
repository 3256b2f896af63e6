package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.Normal;

/**
 * H. Mann and D. Whitney, Ann. Math. Stat. 18 (1947): whether values of the first sample tend to be
 * larger than those of the second. It is about P(X &gt; Y), not about means: an effect on revenue
 * can go one way and ranks the other.
 */
public final class RankTest {
  /** How the p-value is computed. */
  public enum PValue {
    /** Exact where no values are equal and n m is at most 2,500, else normal. */
    AUTOMATIC,
    /** All orders counted; without ties only. */
    EXACT,
    /** Normal with tie correction and continuity correction. */
    NORMAL
  }

  private static final long EXACT_LIMIT = 2_500;

  private RankTest() {}

  /** The statistic is U of the first sample: pairs in which it is larger, ties counted half. */
  public static Answer<TestResult> mannWhitney(
      double[] first, double[] second, PValue pValue, Alternative alternative) {
    int n = first.length;
    int m = second.length;
    if (n == 0 || m == 0) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are " + n + " and " + m + " values");
    }
    double[] all = new double[n + m];
    System.arraycopy(first, 0, all, 0, n);
    System.arraycopy(second, 0, all, n, m);
    Ranks ranks = Ranks.of(all);
    double rankSum = 0;
    for (int i = 0; i < n; i++) {
      rankSum += ranks.rank(i);
    }
    double u = rankSum - n * (n + 1.0) / 2;
    boolean tied = ranks.tieSum() > 0;
    if (pValue == PValue.EXACT && tied) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE, "values are equal, so that orders cannot be counted");
    }
    boolean exact =
        pValue == PValue.EXACT
            || (pValue == PValue.AUTOMATIC && !tied && (long) n * m <= EXACT_LIMIT);
    if (exact) {
      return Answer.of(
          new TestResult(u, exact(n, m, Math.round(u), alternative), Double.POSITIVE_INFINITY));
    }
    double total = n + m;
    double variance = n * (double) m / 12 * (total + 1 - ranks.tieSum() / (total * (total - 1)));
    if (!(variance > 0)) {
      return Answer.unknown(Reason.NO_VARIANCE, "all values are equal");
    }
    double gap = u - n * (double) m / 2;
    double sd = Math.sqrt(variance);
    double p =
        switch (alternative) {
          case TWO_SIDED -> 2 * Normal.upper((Math.abs(gap) - 0.5) / sd);
          case GREATER -> Normal.upper((gap - 0.5) / sd);
          case LESS -> Normal.lower((gap + 0.5) / sd);
        };
    return Answer.of(new TestResult(u, Math.min(1, p), Double.POSITIVE_INFINITY));
  }

  private static double exact(int n, int m, long u, Alternative alternative) {
    double[] distribution = distribution(n, m);
    long mirrored = (long) n * m - u;
    return switch (alternative) {
      case GREATER -> sumTo(distribution, mirrored);
      case LESS -> sumTo(distribution, u);
      case TWO_SIDED -> Math.min(1, 2 * sumTo(distribution, Math.min(u, mirrored)));
    };
  }

  private static double sumTo(double[] distribution, long last) {
    double sum = 0;
    for (int i = 0; i <= last; i++) {
      sum += distribution[i];
    }
    return sum;
  }

  /** P(U = u): whether the largest of all is of the first sample or of the second. */
  private static double[] distribution(int n, int m) {
    double[][] byM = new double[m + 1][n * m + 1];
    for (int j = 0; j <= m; j++) {
      byM[j][0] = 1;
    }
    for (int i = 1; i <= n; i++) {
      double[][] next = new double[m + 1][n * m + 1];
      next[0][0] = 1;
      for (int j = 1; j <= m; j++) {
        double firstIsLargest = (double) i / (i + j);
        for (int u = 0; u <= i * j; u++) {
          double sum = (1 - firstIsLargest) * next[j - 1][u];
          if (u >= j) {
            sum += firstIsLargest * byM[j][u - j];
          }
          next[j][u] = sum;
        }
      }
      byM = next;
    }
    return byM[m];
  }
}
