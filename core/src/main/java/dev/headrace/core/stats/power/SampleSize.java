package dev.headrace.core.stats.power;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.Normal;
import java.util.function.DoubleUnaryOperator;

/** Units that give a test its power, as real numbers: round up. */
public final class SampleSize {
  private SampleSize() {}

  /**
   * Units in the first of two groups for a normal test of the difference of means: (z(alpha) +
   * z(power))² (v1 + v2 / ratio) / effect².
   *
   * @param effect absolute difference, not 0
   * @param ratio units of the second group over those of the first
   */
  public static double twoMeans(
      double effect,
      double variance1,
      double variance2,
      double ratio,
      double alpha,
      double power,
      Alternative alternative) {
    Power.checkAlpha(alpha);
    if (effect == 0 || !(power > 0 && power < 1) || !(ratio > 0)) {
      throw new IllegalArgumentException(
          "an effect of " + effect + " with power " + power + " and ratio " + ratio);
    }
    double z = Normal.upperQuantile(alternative.tailOf(alpha)) + Normal.quantile(power);
    return z * z * (variance1 + variance2 / ratio) / (effect * effect);
  }

  /**
   * Units in the first of two groups for proportions p and p + effect, each with its own variance.
   */
  public static double twoProportions(
      double p, double effect, double ratio, double alpha, double power, Alternative alternative) {
    double other = p + effect;
    if (!(p >= 0 && p <= 1 && other >= 0 && other <= 1)) {
      throw new IllegalArgumentException("shares of " + p + " and " + other);
    }
    return twoMeans(effect, p * (1 - p), other * (1 - other), ratio, alpha, power, alternative);
  }

  /** Units in the first of two groups for the pooled t test of effect size d. */
  public static double twoSampleT(
      double d, double ratio, double alpha, double power, Alternative alternative) {
    return smallest(n -> Power.twoSampleT(d, n, n * ratio, alpha, alternative), power, 2);
  }

  /** Units for the t test of one sample, or of pairs. */
  public static double oneSampleT(double d, double alpha, double power, Alternative alternative) {
    return smallest(n -> Power.oneSampleT(d, n, alpha, alternative), power, 2);
  }

  /**
   * The smallest argument at which a rising power is reached.
   *
   * @throws IllegalArgumentException if 1e15 units do not reach it
   */
  static double smallest(DoubleUnaryOperator powerOf, double power, double least) {
    double high = least;
    while (powerOf.applyAsDouble(high) < power) {
      high *= 2;
      if (high > 1e15) {
        throw new IllegalArgumentException("no number of units gives a power of " + power);
      }
    }
    double low = high == least ? least : high / 2;
    for (int i = 0; i < 80 && high - low > 1e-10 * high; i++) {
      double middle = (low + high) / 2;
      if (powerOf.applyAsDouble(middle) < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
