package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.distribution.Normal;

/**
 * Proportions of independent trials. The normal tests need about five successes and five failures
 * in each group; with fewer use {@link #binomial} or {@link CountTest#fisher}.
 */
public final class ShareTest {
  /** Where the standard error of two shares comes from. */
  public enum Variance {
    /** Both share p under the hypothesis: the score test. */
    POOLED,
    /** Each has its own: agrees with Wald's interval. */
    UNPOOLED
  }

  private ShareTest() {}

  /** Two-proportion z, first against second. */
  public static Answer<TestResult> twoShares(
      long successes1,
      long trials1,
      long successes2,
      long trials2,
      Variance variance,
      Alternative alternative) {
    check(successes1, trials1);
    check(successes2, trials2);
    if (trials1 == 0 || trials2 == 0) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES, "there are " + trials1 + " and " + trials2 + " trials");
    }
    double p1 = (double) successes1 / trials1;
    double p2 = (double) successes2 / trials2;
    double p = (double) (successes1 + successes2) / (trials1 + trials2);
    double squared =
        switch (variance) {
          case POOLED -> p * (1 - p) * (1.0 / trials1 + 1.0 / trials2);
          case UNPOOLED -> p1 * (1 - p1) / trials1 + p2 * (1 - p2) / trials2;
        };
    if (!(squared > 0)) {
      return Answer.unknown(Reason.NO_VARIANCE, "all trials ended alike");
    }
    return Answer.of(ofZ((p1 - p2) / Math.sqrt(squared), alternative));
  }

  /** One share against {@code expected}, with the variance under the hypothesis. */
  public static Answer<TestResult> oneShare(
      long successes, long trials, double expected, Alternative alternative) {
    check(successes, trials);
    if (!(expected > 0 && expected < 1) || trials == 0) {
      return Answer.unknown(
          Reason.NO_VARIANCE, trials + " trials with the expected share " + expected);
    }
    double se = Math.sqrt(expected * (1 - expected) / trials);
    return Answer.of(ofZ(((double) successes / trials - expected) / se, alternative));
  }

  /**
   * The exact binomial test. Two-sided: the probability of all counts that are at most as likely as
   * the one seen.
   */
  public static TestResult binomial(
      long successes, long trials, double expected, Alternative alternative) {
    check(successes, trials);
    if (!(expected >= 0 && expected <= 1)) {
      throw new IllegalArgumentException("a share of " + expected);
    }
    double p =
        switch (alternative) {
          case GREATER -> Binomial.atLeast(successes, trials, expected);
          case LESS -> Binomial.lower(successes, trials, expected);
          case TWO_SIDED -> twoSided(successes, trials, expected);
        };
    return new TestResult(successes, Math.min(1, p), Double.POSITIVE_INFINITY);
  }

  private static double twoSided(long successes, long trials, double expected) {
    double seen = Binomial.probability(successes, trials, expected) * (1 + 1e-7);
    double mode = expected * trials;
    if (successes < mode) {
      long low = (long) Math.ceil(mode);
      long high = trials + 1;
      while (low < high) { // The first count above the mode that is at most as likely.
        long middle = (low + high) >>> 1;
        if (Binomial.probability(middle, trials, expected) <= seen) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return Binomial.lower(successes, trials, expected) + Binomial.atLeast(low, trials, expected);
    }
    if (successes == mode) {
      return 1;
    }
    long low = -1;
    long high = (long) Math.floor(mode);
    while (low < high) { // The last count below the mode that is at most as likely.
      long middle = Math.floorDiv(low + high + 1, 2);
      if (Binomial.probability(middle, trials, expected) <= seen) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return Binomial.atLeast(successes, trials, expected) + Binomial.lower(low, trials, expected);
  }

  private static TestResult ofZ(double z, Alternative alternative) {
    double p =
        switch (alternative) {
          case TWO_SIDED -> Normal.twoSided(z);
          case GREATER -> Normal.upper(z);
          case LESS -> Normal.lower(z);
        };
    return new TestResult(z, p, Double.POSITIVE_INFINITY);
  }

  private static void check(long successes, long trials) {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException(successes + " successes among " + trials + " trials");
    }
  }
}
