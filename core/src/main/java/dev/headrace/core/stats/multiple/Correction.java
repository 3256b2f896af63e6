package dev.headrace.core.stats.multiple;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How p-values of a family of hypotheses are adjusted, so that rejecting those at most alpha keeps
 * a promise about the family.
 *
 * <p>Holm is never worse than Bonferroni and needs no assumption; Hochberg and Hommel reject more
 * and need independence or positive dependence (Simes' inequality). The last four bound the
 * expected share of false ones among the rejected, not the chance of any.
 */
public enum Correction {
  /** p as it is. */
  NONE,
  /** m p: no assumption. */
  BONFERRONI,
  /** 1 - (1 - p)^m: independent or positively dependent tests. */
  SIDAK,
  /** S. Holm, Scand. J. Stat. 6 (1979): step-down Bonferroni. */
  HOLM,
  /** Step-down Sidak. */
  HOLM_SIDAK,
  /** Y. Hochberg, Biometrika 75 (1988): step-up. */
  HOCHBERG,
  /** G. Hommel, Biometrika 75 (1988): closed Simes tests. */
  HOMMEL,
  /** Y. Benjamini and Y. Hochberg, JRSS B 57 (1995): false discovery rate. */
  BENJAMINI_HOCHBERG,
  /** Y. Benjamini and D. Yekutieli, Ann. Stat. 29 (2001): the same under any dependence. */
  BENJAMINI_YEKUTIELI,
  /**
   * Y. Benjamini, A. Krieger and D. Yekutieli, Biometrika 93 (2006): two stages, the first of which
   * estimates how many hypotheses are true. Depends on alpha.
   */
  TWO_STAGE_BKY,
  /** The same with the first stage at alpha itself. Depends on alpha. */
  TWO_STAGE_BH;

  /** Adjusted p-values in the order given, for alpha 0.05 where the method asks for one. */
  public double[] adjust(double... p) {
    return adjust(0.05, p);
  }

  /**
   * Adjusted p-values in the order given.
   *
   * @param alpha used by the two-stage methods only
   * @param p each in [0, 1]
   */
  public double[] adjust(double alpha, double[] p) {
    for (double each : p) {
      if (!(each >= 0 && each <= 1)) {
        throw new IllegalArgumentException("a p-value of " + each);
      }
    }
    Integer[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .toArray(Integer[]::new);
    double[] sorted = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      sorted[i] = p[order[i]];
    }
    double[] adjusted = p.length == 0 ? sorted : ofSorted(alpha, sorted);
    double[] result = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      result[order[i]] = Math.min(1, adjusted[i]);
    }
    return result;
  }

  private double[] ofSorted(double alpha, double[] p) {
    int m = p.length;
    return switch (this) {
      case NONE -> p;
      case BONFERRONI -> Arrays.stream(p).map(each -> each * m).toArray();
      case SIDAK -> Arrays.stream(p).map(each -> sidak(each, m)).toArray();
      case HOLM -> rising(IntStream.range(0, m).mapToDouble(i -> (m - i) * p[i]).toArray());
      case HOLM_SIDAK ->
          rising(IntStream.range(0, m).mapToDouble(i -> sidak(p[i], m - i)).toArray());
      case HOCHBERG -> falling(IntStream.range(0, m).mapToDouble(i -> (m - i) * p[i]).toArray());
      case HOMMEL -> hommel(p);
      case BENJAMINI_HOCHBERG -> benjamini(p, 1);
      case BENJAMINI_YEKUTIELI ->
          benjamini(p, IntStream.rangeClosed(1, m).mapToDouble(i -> 1.0 / i).sum());
      case TWO_STAGE_BKY -> twoStage(alpha, p, 1 + alpha);
      case TWO_STAGE_BH -> twoStage(alpha, p, 1);
    };
  }

  private static double sidak(double p, int m) {
    return -Math.expm1(m * Math.log1p(-p));
  }

  /** The largest so far. */
  private static double[] rising(double[] values) {
    for (int i = 1; i < values.length; i++) {
      values[i] = Math.max(values[i], values[i - 1]);
    }
    return values;
  }

  /** The smallest from here on. */
  private static double[] falling(double[] values) {
    for (int i = values.length - 2; i >= 0; i--) {
      values[i] = Math.min(values[i], values[i + 1]);
    }
    return values;
  }

  private static double[] benjamini(double[] p, double penalty) {
    int m = p.length;
    return falling(IntStream.range(0, m).mapToDouble(i -> penalty * m / (i + 1) * p[i]).toArray());
  }

  private static double[] twoStage(double alpha, double[] p, double factor) {
    int m = p.length;
    double[] first = benjamini(p, 1);
    long rejected = Arrays.stream(first).filter(each -> each <= alpha / factor).count();
    double share = rejected == 0 || rejected == m ? 1 : (double) (m - rejected) / m;
    return Arrays.stream(first).map(each -> Math.min(1, each) * share * factor).toArray();
  }

  /** S. Wright's algorithm for the closed Simes tests, Biometrics 48 (1992). */
  private static double[] hommel(double[] p) {
    int m = p.length;
    double simes = Double.POSITIVE_INFINITY;
    for (int i = 0; i < m; i++) {
      simes = Math.min(simes, m * p[i] / (i + 1));
    }
    double[] adjusted = new double[m];
    Arrays.fill(adjusted, simes);
    for (int size = m - 1; size >= 2; size--) {
      int split = m - size + 1; // Hypotheses before it take their own multiple.
      double tail = Double.POSITIVE_INFINITY;
      for (int i = split; i < m; i++) {
        tail = Math.min(tail, size * p[i] / (2 + i - split));
      }
      for (int i = 0; i < split; i++) {
        adjusted[i] = Math.max(adjusted[i], Math.min(size * p[i], tail));
      }
      double last = Math.min(size * p[split - 1], tail);
      for (int i = split; i < m; i++) {
        adjusted[i] = Math.max(adjusted[i], last);
      }
    }
    for (int i = 0; i < m; i++) {
      adjusted[i] = Math.max(adjusted[i], p[i]);
    }
    return adjusted;
  }
}
