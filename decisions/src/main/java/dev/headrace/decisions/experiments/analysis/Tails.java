package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.distribution.StudentT;
import dev.headrace.core.stats.sequential.AsymptoticSequence;
import dev.headrace.core.stats.sequential.NormalMixtureTest;

/** What a method makes of an estimate whose error is normal. */
interface Tails {
  /** How far from the estimate what is not rejected reaches. */
  double halfWidth(double standardError);

  /** Of the hypothesis that an estimate's expectation is zero. */
  double pValue(double estimate, double standardError);

  default double degreesOfFreedom() {
    return Double.POSITIVE_INFINITY;
  }

  /**
   * Student's.
   *
   * @param tail above the critical value
   */
  static Tails student(Alternative alternative, double tail, double degreesOfFreedom) {
    return new Student(
        alternative, StudentT.upperQuantile(tail, degreesOfFreedom), degreesOfFreedom);
  }

  /** One look. */
  record Student(Alternative alternative, double critical, double degreesOfFreedom)
      implements Tails {
    @Override
    public double halfWidth(double standardError) {
      return critical * standardError;
    }

    @Override
    public double pValue(double estimate, double standardError) {
      double t = estimate / standardError;
      return switch (alternative) {
        case TWO_SIDED -> StudentT.twoSided(t, degreesOfFreedom);
        case GREATER -> StudentT.upper(t, degreesOfFreedom);
        case LESS -> StudentT.lower(t, degreesOfFreedom);
      };
    }
  }

  /** One look of one or several, with a bound of its own. */
  record Gauss(Alternative alternative, double critical) implements Tails {
    @Override
    public double halfWidth(double standardError) {
      return critical * standardError;
    }

    @Override
    public double pValue(double estimate, double standardError) {
      double z = estimate / standardError;
      return switch (alternative) {
        case TWO_SIDED -> Normal.twoSided(z);
        case GREATER -> Normal.upper(z);
        case LESS -> Normal.lower(z);
      };
    }
  }

  /** Any number of looks, after so many units. */
  record Sequence(AsymptoticSequence sequence, double units) implements Tails {
    @Override
    public double halfWidth(double standardError) {
      return sequence.halfWidth(standardError, units);
    }

    @Override
    public double pValue(double estimate, double standardError) {
      return sequence.pValue(estimate, standardError, units);
    }
  }

  /** Any number of looks, tuned for a size of effects. */
  record Mixture(Alternative alternative, double effectSd, double alpha) implements Tails {
    @Override
    public double halfWidth(double standardError) {
      return NormalMixtureTest.halfWidth(standardError, effectSd, alpha, alternative);
    }

    @Override
    public double pValue(double estimate, double standardError) {
      return NormalMixtureTest.pValue(estimate, standardError, effectSd, alternative);
    }
  }
}
