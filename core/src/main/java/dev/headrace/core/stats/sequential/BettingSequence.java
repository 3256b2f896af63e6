package dev.headrace.core.stats.sequential;

import dev.headrace.core.stats.Interval;

/**
 * Confidence sequence for the mean of bounded values by betting: I. Waudby-Smith and A. Ramdas,
 * "Estimating means of bounded random variables by betting", JRSS B 86 (2024). For every candidate
 * mean two gamblers bet that values lie above or below it; a candidate is given up once their
 * hedged capital exceeds 1 / alpha, which for the true mean ever happens with probability at most
 * alpha (Ville). Exact for any sample size and shape, with no approximation at all.
 *
 * <p>Bets are the predictable plug-in of their section 4, cut at half of what could ruin. Values
 * must be independent given the past, with one mean. Candidates lie on a grid, the interval is
 * rounded outwards to it. Adding a value costs one pass over the grid; not thread-safe.
 */
public final class BettingSequence {
  private static final int CELLS = 1_000;
  private static final double LARGEST_BET = 0.5;

  private final double low;
  private final double high;
  private final double alpha;
  private final double[] logUp = new double[CELLS + 1];
  private final double[] logDown = new double[CELLS + 1];
  private int first;
  private int last = CELLS;
  private long count;
  private double mean = 0.5;
  private double squares = 0.25;

  /**
   * Before any value.
   *
   * @param low the least value there can be
   * @param high the largest
   */
  public BettingSequence(double low, double high, double alpha) {
    if (!(low < high) || !(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "values from " + low + " to " + high + " at an alpha of " + alpha);
    }
    this.low = low;
    this.high = high;
    this.alpha = alpha;
  }

  /**
   * One more value.
   *
   * @throws IllegalArgumentException if it lies outside the bounds
   */
  public void add(double value) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(value + " lies outside " + low + " to " + high);
    }
    double x = (value - low) / (high - low);
    long t = count + 1;
    // The variance so far is squares / t, and it is bet for t log(1 + t) of it.
    double bet = Math.sqrt(2 * Math.log(2 / alpha) / (squares * Math.log1p((double) t)));
    double threshold = Math.log(2 / alpha);
    for (int i = first; i <= last; i++) {
      double m = (double) i / CELLS;
      double gain = x - m;
      logUp[i] += Math.log1p((m == 0 ? bet : Math.min(bet, LARGEST_BET / m)) * gain);
      logDown[i] += Math.log1p(-(m == 1 ? bet : Math.min(bet, LARGEST_BET / (1 - m))) * gain);
    }
    while (first < last && logUp[first] >= threshold) {
      first++;
    }
    while (last > first && logDown[last] >= threshold) {
      last--;
    }
    count = t;
    mean += (x - mean) / (t + 1);
    squares += (x - mean) * (x - mean);
  }

  /** What is still possible after all looks so far. */
  public Interval interval() {
    double width = (high - low) / CELLS;
    return new Interval(
        Math.max(low, low + (first - 1) * width), Math.min(high, low + (last + 1) * width));
  }

  public long count() {
    return count;
  }
}
