package dev.headrace.core.stats.hypothesis;

import dev.headrace.core.stats.distribution.StudentT;

/**
 * Two one-sided tests (D. Schuirmann, J. Pharmacokin. Biopharm. 15, 1987): whether an effect lies
 * within margins. Equivalent at alpha exactly when the interval of level 1 - 2 alpha lies within.
 * "Not significant" is no proof of equality; this is one. Margins are set before looking.
 */
public final class Equivalence {
  private Equivalence() {}

  /**
   * What both tests say.
   *
   * @param pAboveLower of the hypothesis that the effect is at most the lower margin
   * @param pBelowUpper of the hypothesis that it is at least the upper margin
   */
  public record Tost(double pAboveLower, double pBelowUpper) {
    /** Of the hypothesis that the effect lies outside the margins. */
    public double pValue() {
      return Math.max(pAboveLower, pBelowUpper);
    }
  }

  /**
   * Tests an estimate.
   *
   * @param degreesOfFreedom infinite for a normal estimate
   */
  public static Tost tost(
      double estimate,
      double standardError,
      double degreesOfFreedom,
      double lowerMargin,
      double upperMargin) {
    if (!(standardError > 0) || !(lowerMargin < upperMargin)) {
      throw new IllegalArgumentException(
          "a standard error of "
              + standardError
              + " with margins "
              + lowerMargin
              + " and "
              + upperMargin);
    }
    return new Tost(
        StudentT.upper((estimate - lowerMargin) / standardError, degreesOfFreedom),
        StudentT.lower((estimate - upperMargin) / standardError, degreesOfFreedom));
  }

  /**
   * The p-value of "worse than the margin allows".
   *
   * @param margin positive: how much worse is still acceptable, in the unit of the estimate
   * @param direction which way is better
   */
  public static double nonInferiority(
      double estimate,
      double standardError,
      double degreesOfFreedom,
      double margin,
      Direction direction) {
    if (!(standardError > 0) || !(margin >= 0)) {
      throw new IllegalArgumentException(
          "a standard error of " + standardError + " with margin " + margin);
    }
    return switch (direction) {
      case UP_IS_GOOD -> StudentT.upper((estimate + margin) / standardError, degreesOfFreedom);
      case DOWN_IS_GOOD -> StudentT.lower((estimate - margin) / standardError, degreesOfFreedom);
    };
  }

  /** Which way is better. */
  public enum Direction {
    UP_IS_GOOD,
    DOWN_IS_GOOD
  }
}
