package dev.headrace.decisions.experiments.analysis;

import java.util.SplittableRandom;

/** What metrics look like in simulations. */
enum Shape {
  NORMAL,
  LOG_NORMAL,
  /** Seven in ten are zero, the others log-normal: revenue per user. */
  ZERO_INFLATED,
  /** Three in a hundred are one. */
  RARE_BINARY;

  double draw(SplittableRandom random) {
    return switch (this) {
      case NORMAL -> 10 + 3 * random.nextGaussian();
      case LOG_NORMAL -> Math.exp(random.nextGaussian());
      case ZERO_INFLATED -> random.nextDouble() < 0.7 ? 0 : Math.exp(0.8 * random.nextGaussian());
      case RARE_BINARY -> random.nextDouble() < 0.03 ? 1 : 0;
    };
  }

  double mean() {
    return switch (this) {
      case NORMAL -> 10;
      case LOG_NORMAL -> Math.exp(0.5);
      case ZERO_INFLATED -> 0.3 * Math.exp(0.32);
      case RARE_BINARY -> 0.03;
    };
  }

  double[] sample(SplittableRandom random, int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = draw(random);
    }
    return values;
  }

  /** Values with a covariate from before, the same value six times in ten. */
  double[][] withCovariate(SplittableRandom random, int n) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      double before = draw(random);
      rows[i] = new double[] {random.nextDouble() < 0.6 ? before : draw(random), before};
    }
    return rows;
  }

  /** The moments of so many values; of zeros and ones, the gaps between ones are drawn instead. */
  Moments moments(SplittableRandom random, int n) {
    if (this == RARE_BINARY) {
      int ones = 0;
      double log = Math.log1p(-0.03);
      for (double at = gap(random, log); at <= n; at += gap(random, log)) {
        ones++;
      }
      return Moments.ofCount(n, ones);
    }
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double value = draw(random);
      sum += value;
      squares += value * value;
    }
    return Moments.ofSums(n, sum, squares);
  }

  private static double gap(SplittableRandom random, double log) {
    return Math.floor(Math.log(1 - random.nextDouble()) / log) + 1;
  }
}
