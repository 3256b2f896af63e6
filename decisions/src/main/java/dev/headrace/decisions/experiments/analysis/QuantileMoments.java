package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.distribution.Normal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A quantile of one arm with the two order statistics that bracket it at 95 %, from which its
 * variance follows (A. Deng, U. Knoblich and J. Lu, "Applying the delta method in metric analytics:
 * a practical guide with novel ideas", KDD 2018).
 *
 * <p>The ranks of the bracket are {@link #lowerShare} and {@link #upperShare} of {@code rankCount}.
 * Quantiles are not addable; what is, is a sorted sample or a {@link QuantileSketch}.
 *
 * @param count observations, at least 1
 * @param level the quantile: 0.9 is the value that nine in ten do not exceed
 * @param estimate the sample's quantile
 * @param lower the order statistic at the lower share, at most {@code upper}
 * @param upper the order statistic at the upper share
 * @param rankCount the count that the shares were computed for; {@code count} unless a scan asked
 *     for ranks before it knew how many there are
 * @param clusters where units bring several observations: per unit the columns (observations at
 *     most {@code estimate}, observations); null where each brings one
 */
public record QuantileMoments(
    long count,
    double level,
    double estimate,
    double lower,
    double upper,
    long rankCount,
    @Nullable Moments clusters)
    implements ArmStatistics {
  /** z of the bracket. */
  public static final double Z95 = Normal.upperQuantile(0.025);

  public QuantileMoments {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a quantile at " + level);
    }
    if (count < 1 || rankCount < 1) {
      throw new IllegalArgumentException("a quantile of " + count + " observations");
    }
    if (!(lower <= upper)) {
      throw new IllegalArgumentException("a bracket from " + lower + " to " + upper);
    }
  }

  /** Where each unit brings one observation. */
  public QuantileMoments(long count, double level, double estimate, double lower, double upper) {
    this(count, level, estimate, lower, upper, count, null);
  }

  /** The share of observations below the bracket's lower end; may be negative for a small count. */
  public static double lowerShare(double level, long count) {
    return level - Z95 * Math.sqrt(level * (1 - level) / count);
  }

  /** The share of observations below the bracket's upper end; may exceed 1 for a small count. */
  public static double upperShare(double level, long count) {
    return level + Z95 * Math.sqrt(level * (1 - level) / count);
  }

  /**
   * The rank of the quantile among observations, from 1: the first whose share is at least the
   * level as it is written, so that 55 % of a hundred are 55, though 0.55 times 100 is a little
   * more.
   */
  public static long rank(double level, long count) {
    return BigDecimal.valueOf(level)
        .multiply(BigDecimal.valueOf(count))
        .setScale(0, RoundingMode.CEILING)
        .longValueExact();
  }

  /** From a sorted sample. */
  public static QuantileMoments ofSorted(double level, double... sorted) {
    int n = sorted.length;
    return new QuantileMoments(
        n,
        level,
        sorted[(int) rank(level, n) - 1],
        atShare(sorted, lowerShare(level, n)),
        atShare(sorted, upperShare(level, n)));
  }

  private static double atShare(double[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.clamp(rank, 0, sorted.length - 1)];
  }

  /** Randomised units that bring observations: each one, where there are no clusters. */
  public long units() {
    return clusters == null ? count : clusters.count();
  }

  /** The same of values that are all {@code factor} times as large, which is above 0. */
  public QuantileMoments times(double factor) {
    return new QuantileMoments(
        count, level, estimate * factor, lower * factor, upper * factor, rankCount, clusters);
  }

  /** Whether both ends of the bracket are order statistics that exist. */
  public boolean isBracketed() {
    double odds = level / (1 - level);
    return count > Z95 * Z95 * Math.max(odds, 1 / odds);
  }

  /**
   * Variance of the estimate: (rankCount / count) ((upper - lower) / (2 z))², times the design
   * effect of the clusters. 0 where the bracket has no width.
   */
  public double varianceOfEstimate() {
    double half = (upper - lower) / (2 * Z95);
    double width = half * half * rankCount / count * (count - 1) / count;
    return width * designEffect();
  }

  /**
   * By how much more observations than the level are at most the estimate, in standard errors of
   * that share. Of values that differ next to none are; of whole numbers, as many as have the very
   * value. 0 without clusters, which do not count them.
   */
  public double excess() {
    return clusters == null || clusters.mean(1) <= 0
        ? 0
        : (clusters.mean(0) / clusters.mean(1) - level) / Math.sqrt(level * (1 - level) / count);
  }

  /**
   * Whether many observations have the very value of the estimate: more of them at or above it than
   * its bracket is wide, or as many on either side as reach an end of the bracket.
   */
  public boolean isTied() {
    return excess() > Z95 || (isBracketed() && (lower == estimate || upper == estimate));
  }

  /**
   * By how much the share below the estimate varies more between clusters than between as many
   * independent observations; 1 without clusters.
   */
  public double designEffect() {
    Moments sums = clusters;
    if (sums == null || sums.count() < 2 || sums.mean(1) <= 0) {
      return 1;
    }
    double share = sums.mean(0) / sums.mean(1);
    double clustered =
        (sums.variance(0) - 2 * share * sums.covariance(0, 1) + share * share * sums.variance(1))
            / (sums.count() * sums.mean(1) * sums.mean(1));
    return clustered / (level * (1 - level) / count);
  }
}
