package dev.headrace.core.stats.multiple;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Intervals that go with a correction of p-values: {@link #alphaOfEach} says of which level, for
 * estimates of any distribution; the others are for normal ones.
 */
public final class SimultaneousIntervals {
  private SimultaneousIntervals() {}

  /** What intervals of a family promise together. */
  public enum Promise {
    /** Each covers with probability 1 - alpha by itself. */
    EACH,
    /** All of them cover together with probability 1 - alpha. */
    ALL,
    /** Of those that are selected, at most alpha do not cover on average. */
    SELECTED
  }

  /** What a correction's intervals promise. */
  public static Promise promise(Correction correction) {
    return switch (correction) {
      case NONE -> Promise.EACH;
      case BONFERRONI, SIDAK, HOLM, HOLM_SIDAK, HOCHBERG, HOMMEL -> Promise.ALL;
      case BENJAMINI_HOCHBERG, BENJAMINI_YEKUTIELI, TWO_STAGE_BKY, TWO_STAGE_BH -> Promise.SELECTED;
    };
  }

  /**
   * The alpha of each interval of a family, whatever method makes it from its own p-value's test:
   * the interval of level 1 - this is what is told beside the adjusted p-value.
   *
   * <ul>
   *   <li>Bonferroni, and the steps that begin with it (Holm, Hochberg, Hommel): alpha / m, under
   *       any dependence (O. Dunn, JASA 56, 1961). Steps reject more than that, but two-sided
   *       intervals that reject as much say of a rejected effect no more than that it is not zero.
   *   <li>Sidak, Holm-Sidak: 1 - (1 - alpha)^(1 / m), for normal estimates under any correlation
   *       (Z. Sidak, JASA 62, 1967).
   *   <li>Benjamini-Hochberg: alpha R / m with R hypotheses rejected, at least 1: of the rejected,
   *       a share of at most alpha is missed on average (false coverage rate; Y. Benjamini and D.
   *       Yekutieli, JASA 100, 2005), if estimates are independent or positively dependent.
   *       Benjamini-Yekutieli: that over 1 + 1/2 + … + 1/m, under any dependence. The two stages:
   *       alpha R / m with their own R and the alpha of their first stage; the share of true
   *       hypotheses that they estimate says nothing of the intervals of false ones.
   * </ul>
   *
   * <p>What is not rejected has an interval that holds the null value, whatever the correction.
   * What is rejected has one that does not, under Bonferroni, Sidak, Benjamini-Hochberg and
   * Benjamini-Yekutieli; the others may reject what this interval still holds.
   *
   * @param p of the tests that the intervals invert, each in [0, 1]
   */
  public static double alphaOfEach(Correction correction, double alpha, double[] p) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
    int m = p.length;
    if (m == 0) {
      return alpha;
    }
    double[] adjusted = correction.adjust(alpha, p);
    // Two stages may adjust downwards; what is not rejected by itself is not selected.
    double selected =
        Math.max(
            1, IntStream.range(0, m).filter(i -> Math.max(p[i], adjusted[i]) <= alpha).count());
    return switch (correction) {
      case NONE -> alpha;
      case BONFERRONI, HOLM, HOCHBERG, HOMMEL -> alpha / m;
      case SIDAK, HOLM_SIDAK -> -Math.expm1(Math.log1p(-alpha) / m);
      case BENJAMINI_HOCHBERG, TWO_STAGE_BH -> alpha * selected / m;
      case TWO_STAGE_BKY -> alpha / (1 + alpha) * selected / m;
      case BENJAMINI_YEKUTIELI ->
          alpha * selected / m / IntStream.rangeClosed(1, m).mapToDouble(i -> 1.0 / i).sum();
    };
  }

  /**
   * Lower bounds that agree with Holm's one-sided tests of "at most zero" and hold together with
   * probability 1 - alpha (K. Strassburger and F. Bretz, Stat. Med. 27, 2008; O. Guilbaud, Biom. J.
   * 50, 2008). While any hypothesis stands, the bound of a rejected one is zero: that it is
   * positive is all that can be said.
   */
  public static List<Interval> holmLowerBounds(
      double alpha, double[] estimates, double[] standardErrors) {
    int m = estimates.length;
    double[] p = new double[m];
    for (int i = 0; i < m; i++) {
      p[i] = Normal.upper(estimates[i] / standardErrors[i]);
    }
    double[] adjusted = Correction.HOLM.adjust(p);
    int standing = 0;
    for (double each : adjusted) {
      standing += each > alpha ? 1 : 0;
    }
    double z = Normal.upperQuantile(alpha / (standing == 0 ? m : standing));
    List<Interval> bounds = new ArrayList<>(m);
    for (int i = 0; i < m; i++) {
      double plain = estimates[i] - z * standardErrors[i];
      double lower = adjusted[i] > alpha ? plain : standing == 0 ? Math.max(0, plain) : 0;
      bounds.add(new Interval(lower, Double.POSITIVE_INFINITY));
    }
    return bounds;
  }

  /**
   * The interval widened until it tells the same as the adjusted p-value: its width is that of a
   * normal estimate whose p-value is the adjusted one. It shows a decision; it promises no joint
   * coverage.
   *
   * @param adjustedP two-sided; at 1 nothing is excluded
   */
  public static Interval rescaled(double alpha, double estimate, double adjustedP) {
    double z = Normal.upperQuantile(adjustedP / 2);
    if (z <= 0 || estimate == 0) {
      return Interval.EVERYTHING;
    }
    double half = Math.abs(estimate) / z * Normal.upperQuantile(alpha / 2);
    return new Interval(estimate - half, estimate + half);
  }
}
