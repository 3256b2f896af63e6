package dev.headrace.core.stats.hypothesis;

/**
 * A sample by its summary.
 *
 * @param n values
 * @param variance with divisor n - 1; 0 for fewer than two values
 */
public record Sample(long n, double mean, double variance) {
  public Sample {
    if (n < 0 || !(variance >= 0)) {
      throw new IllegalArgumentException(n + " values with variance " + variance);
    }
  }

  /** By two passes. */
  public static Sample of(double... values) {
    if (values.length == 0) {
      return new Sample(0, 0, 0);
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double rest = 0;
    double squares = 0;
    for (double value : values) {
      rest += value - mean;
      squares += (value - mean) * (value - mean);
    }
    mean += rest / values.length;
    double corrected = Math.max(0, squares - rest * rest / values.length);
    // Equal values whose mean is not representable leave rounding, not variance.
    boolean equal = corrected <= 1e-30 * values.length * mean * mean;
    return new Sample(
        values.length, mean, values.length < 2 || equal ? 0 : corrected / (values.length - 1));
  }
}
