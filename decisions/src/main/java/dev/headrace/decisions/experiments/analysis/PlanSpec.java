package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.sequential.AsymptoticSequence;
import dev.headrace.core.stats.sequential.GroupSequential;
import java.util.List;

/**
 * What is known and wanted before an experiment.
 *
 * @param kind of the metric
 * @param mean of the baseline, not 0
 * @param variance per unit: of values, or for a ratio of its linearisation; p (1 - p) for a
 *     proportion
 * @param split the shares of units that the two arms compared get; even unless told otherwise
 * @param alpha of each comparison: divide it beforehand where several are corrected for
 * @param power wanted, above alpha
 * @param looks how often results will be looked at
 * @param varianceReduction share of the variance that covariates take away, in [0, 1): the squared
 *     correlation for one covariate
 * @param designEffect by how much clustering multiplies the variance; 1 without clusters
 * @param relative how the effect will be judged; by FIELLER is also how absolute ones are
 */
public record PlanSpec(
    Kind kind,
    double mean,
    double variance,
    Split split,
    double alpha,
    double power,
    Alternative alternative,
    Looks looks,
    double varianceReduction,
    double designEffect,
    RelativeInterval relative) {
  /** What happens to the variance when the mean moves. */
  public enum Kind {
    /** It stays. */
    MEAN,
    /** It follows as p (1 - p). */
    PROPORTION
  }

  /**
   * Which share of all units the arms get.
   *
   * @param baseline in (0, 1)
   * @param treatment in (0, 1); both together at most 1
   */
  public record Split(double baseline, double treatment) {
    public Split {
      if (!(baseline > 0 && treatment > 0 && baseline + treatment <= 1 + 1e-9)) {
        throw new IllegalArgumentException("shares of " + baseline + " and " + treatment);
      }
    }

    /** As many for each arm. */
    public static Split even(int arms) {
      if (arms < 2) {
        throw new IllegalArgumentException(arms + " arms");
      }
      return new Split(1.0 / arms, 1.0 / arms);
    }
  }

  /** How often results will be looked at. */
  public sealed interface Looks {
    /** Once, at the end. */
    record Once() implements Looks {}

    /**
     * Whenever one likes, by {@link AsymptoticSequence}.
     *
     * @param tunedFor units in both arms at which it is tightest
     * @param tunedAlpha for which alpha: the experiment's, whatever is left of it for one
     *     comparison
     */
    record AnyTime(double tunedFor, double tunedAlpha) implements Looks {}

    /**
     * Whenever one likes, by {@code core.stats.sequential.NormalMixtureTest}.
     *
     * @param effectSd relative
     */
    record Mixture(double effectSd) implements Looks {}

    /** At the looks of a group-sequential design. */
    record Groups(List<GroupSequential.Look> looks) implements Looks {}
  }

  public PlanSpec {
    if (mean == 0 || !Double.isFinite(mean) || !(variance > 0)) {
      throw new IllegalArgumentException("a mean of " + mean + " with variance " + variance);
    }
    if (!(alpha > 0 && alpha < power && power < 1)) {
      throw new IllegalArgumentException("an alpha of " + alpha + " and a power of " + power);
    }
    if (!(varianceReduction >= 0 && varianceReduction < 1) || !(designEffect > 0)) {
      throw new IllegalArgumentException(
          "a variance reduction of " + varianceReduction + ", a design effect of " + designEffect);
    }
  }

  /** Two arms, two-sided at 5 %, power 80 %, one look by Fieller, no covariates, no clusters. */
  public static PlanSpec ofMean(double mean, double variance) {
    return new PlanSpec(
        Kind.MEAN,
        mean,
        variance,
        Split.even(2),
        0.05,
        0.8,
        Alternative.TWO_SIDED,
        new Looks.Once(),
        0,
        1,
        RelativeInterval.FIELLER);
  }

  /** The same for a share of units. */
  public static PlanSpec ofProportion(double share) {
    return new PlanSpec(
        Kind.PROPORTION,
        share,
        share * (1 - share),
        Split.even(2),
        0.05,
        0.8,
        Alternative.TWO_SIDED,
        new Looks.Once(),
        0,
        1,
        RelativeInterval.FIELLER);
  }

  /** Several arms with as many units each, the baseline among them. */
  public PlanSpec withArms(int arms) {
    return withSplit(Split.even(arms));
  }

  public PlanSpec withSplit(Split split) {
    return new PlanSpec(
        kind,
        mean,
        variance,
        split,
        alpha,
        power,
        alternative,
        looks,
        varianceReduction,
        designEffect,
        relative);
  }

  public PlanSpec withTest(double alpha, double power, Alternative alternative) {
    return new PlanSpec(
        kind,
        mean,
        variance,
        split,
        alpha,
        power,
        alternative,
        looks,
        varianceReduction,
        designEffect,
        relative);
  }

  public PlanSpec withLooks(Looks looks) {
    return new PlanSpec(
        kind,
        mean,
        variance,
        split,
        alpha,
        power,
        alternative,
        looks,
        varianceReduction,
        designEffect,
        relative);
  }

  public PlanSpec withVarianceReduction(double varianceReduction) {
    return new PlanSpec(
        kind,
        mean,
        variance,
        split,
        alpha,
        power,
        alternative,
        looks,
        varianceReduction,
        designEffect,
        relative);
  }

  public PlanSpec withDesignEffect(double designEffect) {
    return new PlanSpec(
        kind,
        mean,
        variance,
        split,
        alpha,
        power,
        alternative,
        looks,
        varianceReduction,
        designEffect,
        relative);
  }

  public PlanSpec withRelative(RelativeInterval relative) {
    return new PlanSpec(
        kind,
        mean,
        variance,
        split,
        alpha,
        power,
        alternative,
        looks,
        varianceReduction,
        designEffect,
        relative);
  }
}
