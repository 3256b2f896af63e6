package dev.headrace.core.stats.multiple;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import java.util.ArrayList;
import java.util.List;

/** Intervals that go with a correction of p-values. Estimates are normal. */
public final class SimultaneousIntervals {
  private SimultaneousIntervals() {}

  /** Two-sided, each at 1 - alpha / m: all of them cover together with probability 1 - alpha. */
  public static List<Interval> bonferroni(
      double alpha, double[] estimates, double[] standardErrors) {
    double z = Normal.upperQuantile(alpha / 2 / estimates.length);
    return around(estimates, standardErrors, z);
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
   * Intervals for those that Benjamini and Hochberg select, each at 1 - selected alpha / m: of the
   * intervals told, the expected share that does not cover is at most alpha (Y. Benjamini and D.
   * Yekutieli, JASA 100, 2005). The others get all real numbers.
   */
  public static List<Interval> falseCoverageRate(
      double alpha, double[] p, double[] estimates, double[] standardErrors) {
    double[] adjusted = Correction.BENJAMINI_HOCHBERG.adjust(p);
    int selected = 0;
    for (double each : adjusted) {
      selected += each <= alpha ? 1 : 0;
    }
    double z = selected == 0 ? 0 : Normal.upperQuantile(alpha * selected / p.length / 2);
    List<Interval> intervals = new ArrayList<>(p.length);
    for (int i = 0; i < p.length; i++) {
      intervals.add(
          adjusted[i] <= alpha
              ? new Interval(
                  estimates[i] - z * standardErrors[i], estimates[i] + z * standardErrors[i])
              : Interval.EVERYTHING);
    }
    return intervals;
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

  private static List<Interval> around(double[] estimates, double[] errors, double z) {
    List<Interval> intervals = new ArrayList<>(estimates.length);
    for (int i = 0; i < estimates.length; i++) {
      intervals.add(new Interval(estimates[i] - z * errors[i], estimates[i] + z * errors[i]));
    }
    return intervals;
  }
}
