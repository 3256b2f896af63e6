package dev.headrace.core.stats.interval;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Beta;
import dev.headrace.core.stats.distribution.Normal;

/**
 * Two-sided intervals for a proportion, from successes among n trials.
 *
 * <p>Wilson is the default: its coverage is close to nominal everywhere (L. Brown, T. Cai and A.
 * DasGupta, "Interval estimation for a binomial proportion", Stat. Sci. 16, 2001). Take
 * Clopper-Pearson where coverage must never be below nominal, and Wald never for small counts.
 * Trials must be independent: for several per user see the ratio metrics of experiments.
 */
public enum Share {
  /** p plus or minus z sqrt(p (1 - p) / n). */
  WALD,
  /** E. Wilson, JASA 22 (1927): inverts the score test. */
  WILSON,
  /** A. Agresti and B. Coull, Am. Stat. 52 (1998): Wald after adding z² / 2 of both kinds. */
  AGRESTI_COULL,
  /** Equal tails of the posterior under the prior Beta(1/2, 1/2). */
  JEFFREYS,
  /** C. Clopper and E. Pearson, Biometrika 26 (1934): inverts the exact test. */
  CLOPPER_PEARSON;

  /**
   * The interval of level 1 - alpha, within [0, 1].
   *
   * @param successes from 0 to {@code trials}
   * @param trials at least 1
   */
  public Interval of(double successes, double trials, double alpha) {
    check(successes, trials, alpha);
    double z = Normal.upperQuantile(alpha / 2);
    double p = successes / trials;
    return switch (this) {
      case WALD -> clipped(p, z * Math.sqrt(p * (1 - p) / trials));
      case WILSON -> {
        double scale = 1 + z * z / trials;
        double half = z / scale * Math.sqrt((p * (1 - p) + z * z / (4 * trials)) / trials);
        double center = (p + z * z / (2 * trials)) / scale;
        yield new Interval(
            successes == 0 ? 0 : center - half, successes == trials ? 1 : center + half);
      }
      case AGRESTI_COULL -> {
        double n = trials + z * z;
        double shifted = (successes + z * z / 2) / n;
        yield clipped(shifted, z * Math.sqrt(shifted * (1 - shifted) / n));
      }
      case JEFFREYS ->
          new Interval(
              successes == 0
                  ? 0
                  : Beta.quantile(alpha / 2, successes + 0.5, trials - successes + 0.5),
              successes == trials
                  ? 1
                  : 1 - Beta.quantile(alpha / 2, trials - successes + 0.5, successes + 0.5));
      case CLOPPER_PEARSON ->
          new Interval(
              successes == 0 ? 0 : Beta.quantile(alpha / 2, successes, trials - successes + 1),
              successes == trials
                  ? 1
                  : 1 - Beta.quantile(alpha / 2, trials - successes, successes + 1));
    };
  }

  private static Interval clipped(double center, double half) {
    return new Interval(Math.max(0, center - half), Math.min(1, center + half));
  }

  static void check(double successes, double trials, double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha);
    }
    if (!(trials >= 1 && successes >= 0 && successes <= trials)) {
      throw new IllegalArgumentException(successes + " successes among " + trials + " trials");
    }
  }
}
