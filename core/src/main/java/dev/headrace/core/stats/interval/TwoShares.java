package dev.headrace.core.stats.interval;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import java.util.function.DoubleUnaryOperator;

/**
 * Two-sided intervals for the difference, ratio and odds ratio of two independent proportions,
 * first against second.
 *
 * <p>Score intervals hold down to a handful of successes: Miettinen-Nurminen for differences,
 * Koopman for ratios. They invert z(theta) = (estimate - theta) / standard error, the standard
 * error taken from the proportions that are most likely if theta is true.
 *
 * @param successes1 from 0 to {@code trials1}
 */
public record TwoShares(double successes1, double trials1, double successes2, double trials2) {
  public TwoShares {
    Share.check(successes1, trials1, 0.5);
    Share.check(successes2, trials2, 0.5);
  }

  /** p1 - p2. */
  public double difference() {
    return p1() - p2();
  }

  private double p1() {
    return successes1 / trials1;
  }

  private double p2() {
    return successes2 / trials2;
  }

  /** Difference plus or minus z times the unpooled standard error. Not for few successes. */
  public Interval wald(double alpha) {
    double half = z(alpha) * Math.sqrt(p1() * (1 - p1()) / trials1 + p2() * (1 - p2()) / trials2);
    return within(-1, difference() - half, difference() + half, 1);
  }

  /** Wald after adding one success and one failure to each (A. Agresti and B. Caffo, 2000). */
  public Interval agrestiCaffo(double alpha) {
    return new TwoShares(successes1 + 1, trials1 + 2, successes2 + 1, trials2 + 2).wald(alpha);
  }

  /** R. Newcombe's hybrid of two Wilson intervals (Stat. Med. 17, 1998, method 10). */
  public Interval newcombe(double alpha) {
    Interval first = Share.WILSON.of(successes1, trials1, alpha);
    Interval second = Share.WILSON.of(successes2, trials2, alpha);
    double d = difference();
    return within(
        -1,
        d - Math.hypot(p1() - first.lower(), second.upper() - p2()),
        d + Math.hypot(first.upper() - p1(), p2() - second.lower()),
        1);
  }

  /** O. Miettinen and M. Nurminen, Stat. Med. 4 (1985): score interval for the difference. */
  public Interval miettinenNurminen(double alpha) {
    double n = trials1 + trials2;
    double correction = Math.sqrt((n - 1) / n);
    double z = z(alpha);
    return new Interval(
        invert(d -> scoreOfDifference(d) * correction, z, -1, difference()),
        invert(d -> scoreOfDifference(d) * correction, -z, difference(), 1));
  }

  /** R. Mee, Biometrics 40 (1984): the same without the factor (n - 1) / n. */
  public Interval mee(double alpha) {
    double z = z(alpha);
    return new Interval(
        invert(this::scoreOfDifference, z, -1, difference()),
        invert(this::scoreOfDifference, -z, difference(), 1));
  }

  /**
   * P. Koopman, Biometrics 40 (1984): score interval for the ratio p1 / p2. From 0 where the first
   * has no successes, to infinity where the second has none.
   */
  public Interval koopman(double alpha) {
    return onLogScale(this::scoreOfRatio, z(alpha));
  }

  /**
   * Score interval for the odds ratio with Miettinen and Nurminen's factor (n - 1) / n; from 0 or
   * to infinity as {@link #koopman}.
   */
  public Interval oddsRatio(double alpha) {
    double n = trials1 + trials2;
    double correction = Math.sqrt((n - 1) / n);
    return onLogScale(odds -> scoreOfOddsRatio(odds) * correction, z(alpha));
  }

  /**
   * D. Katz et al., Biometrics 34 (1978): normal on the logarithm of the ratio. Both need
   * successes.
   */
  public Interval katz(double alpha) {
    if (successes1 == 0 || successes2 == 0) {
      return new Interval(0, Double.POSITIVE_INFINITY);
    }
    double half = z(alpha) * Math.sqrt(1 / successes1 - 1 / trials1 + 1 / successes2 - 1 / trials2);
    double ratio = p1() / p2();
    return new Interval(ratio * Math.exp(-half), ratio * Math.exp(half));
  }

  /** Z of a difference of {@code d}, falling in d. */
  public double scoreOfDifference(double d) {
    double pooled = mostLikelySecond(d);
    double first = Math.clamp(pooled + d, 0.0, 1.0);
    double variance = first * (1 - first) / trials1 + pooled * (1 - pooled) / trials2;
    return signedScore(difference() - d, variance);
  }

  /**
   * The second proportion that is most likely when the first is larger by d: a root of a cubic, in
   * closed form (Miettinen and Nurminen's appendix).
   */
  private double mostLikelySecond(double d) {
    double n = trials1 + trials2;
    double successes = successes1 + successes2;
    double l2 = (trials1 + 2 * trials2) * d - n - successes;
    double l1 = (trials2 * d - n - 2 * successes2) * d + successes;
    double l0 = successes2 * d * (1 - d);
    double third = l2 / (3 * n);
    double q = third * third * third - l1 * third / (2 * n) + l0 / (2 * n);
    double p = Math.copySign(Math.sqrt(Math.max(0, third * third - l1 / (3 * n))), q);
    double cosine = p == 0 ? 0 : Math.clamp(q / (p * p * p), -1.0, 1.0);
    double second = 2 * p * Math.cos((Math.PI + Math.acos(cosine)) / 3) - third;
    return Math.clamp(second, Math.max(0, -d), Math.min(1, 1 - d));
  }

  /** Z of a ratio of {@code ratio}, falling in it. */
  private double scoreOfRatio(double ratio) {
    double a = ratio * (trials1 + trials2);
    double b = ratio * (trials1 + successes2) + successes1 + trials2;
    double c = successes1 + successes2;
    // The smaller root, in the form that does not cancel.
    double second = 2 * c / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
    double first = Math.min(1, ratio * second);
    double variance =
        first * (1 - first) / trials1 + ratio * ratio * second * (1 - second) / trials2;
    return signedScore(p1() - ratio * p2(), variance);
  }

  private double scoreOfOddsRatio(double odds) {
    double a = trials2 * (odds - 1);
    double b = trials1 * odds + trials2 - (successes1 + successes2) * (odds - 1);
    double c = -(successes1 + successes2);
    double second = -2 * c / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
    double first = second * odds / (1 + second * (odds - 1));
    double precision =
        1 / (1 / (trials1 * first * (1 - first)) + 1 / (trials2 * second * (1 - second)));
    return signedScore(trials1 * (p1() - first), precision);
  }

  private static double signedScore(double gap, double variance) {
    return variance > 0
        ? gap / Math.sqrt(variance)
        : Math.signum(gap) * (gap == 0 ? 0 : Double.POSITIVE_INFINITY);
  }

  private Interval onLogScale(DoubleUnaryOperator score, double z) {
    DoubleUnaryOperator ofLog = log -> score.applyAsDouble(Math.exp(log));
    double lower = successes1 == 0 ? 0 : Math.exp(invert(ofLog, z, -60, 60));
    double upper =
        successes2 == 0 ? Double.POSITIVE_INFINITY : Math.exp(invert(ofLog, -z, -60, 60));
    return new Interval(Math.min(lower, upper), upper);
  }

  /** Where a falling function is {@code target}. */
  private static double invert(
      DoubleUnaryOperator falling, double target, double low, double high) {
    double from = low;
    double to = high;
    for (int i = 0; i < 200 && to - from > 1e-16 * Math.max(1e-8, Math.abs(to)); i++) {
      double middle = from / 2 + to / 2;
      if (middle == from || middle == to) {
        break;
      }
      if (falling.applyAsDouble(middle) > target) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return from / 2 + to / 2;
  }

  private static double z(double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
    return Normal.upperQuantile(alpha / 2);
  }

  private static Interval within(double floor, double lower, double upper, double ceiling) {
    return new Interval(Math.max(floor, lower), Math.min(ceiling, upper));
  }
}
