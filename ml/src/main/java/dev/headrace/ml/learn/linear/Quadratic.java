package dev.headrace.ml.learn.linear;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;

/**
 * Minimises b'Hb/2 - c'b + l1 |b|_1 by coordinate descent: Friedman, Hastie, Tibshirani (2010),
 * Regularization Paths for Generalized Linear Models via Coordinate Descent.
 */
final class Quadratic {
  private static final int MOST_SWEEPS = 100_000;
  private static final double TOLERANCE = 1e-13;

  private Quadratic() {}

  /**
   * Minimises.
   *
   * @param l1 penalty of each coordinate, 0 for none
   * @param start where to begin; not changed
   * @throws HeadraceException LEARN_NOT_CONVERGED
   */
  static double[] minimise(double[][] h, double[] c, double[] l1, double[] start) {
    double[] b = start.clone();
    double[] hb = new double[b.length];
    for (int i = 0; i < b.length; i++) {
      for (int j = 0; j < b.length; j++) {
        hb[i] += h[i][j] * b[j];
      }
    }
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      double moved = 0;
      double size = 0;
      for (int j = 0; j < b.length; j++) {
        if (h[j][j] <= 0) {
          continue; // A constant column: its coefficient stays 0.
        }
        double pull = c[j] - hb[j] + h[j][j] * b[j];
        double next = soft(pull, l1[j]) / h[j][j];
        double step = next - b[j];
        if (step != 0) {
          for (int i = 0; i < b.length; i++) {
            hb[i] += h[i][j] * step;
          }
          b[j] = next;
        }
        moved = Math.max(moved, step * step * h[j][j]);
        size = Math.max(size, next * next * h[j][j]);
      }
      if (moved <= TOLERANCE * TOLERANCE * size || size == 0) {
        return b;
      }
    }
    throw new HeadraceException(
        LearnError.LEARN_NOT_CONVERGED,
        "Cannot find coefficients: %d sweeps of coordinate descent did not settle."
            .formatted(MOST_SWEEPS),
        "Leave out columns that say the same, or raise the penalty on squares.");
  }

  private static double soft(double x, double threshold) {
    return Math.signum(x) * Math.max(0, Math.abs(x) - threshold);
  }
}
