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
}
