package dev.headrace.ml.learn.linear;

import java.util.Optional;

/** Cholesky's factor of a symmetric positive definite matrix. */
final class Symmetric {
  private final double[][] lower;

  private Symmetric(double[][] lower) {
    this.lower = lower;
  }

  /** The factor; empty where the matrix is not positive definite, within rounding. */
  static Optional<Symmetric> of(double[][] matrix) {
    int k = matrix.length;
    double[][] lower = new double[k][k];
    for (int j = 0; j < k; j++) {
      double left = matrix[j][j];
      for (int m = 0; m < j; m++) {
        left -= lower[j][m] * lower[j][m];
      }
      if (!(left > 1e-13 * matrix[j][j])) {
        return Optional.empty();
      }
      lower[j][j] = Math.sqrt(left);
      for (int i = j + 1; i < k; i++) {
        double sum = matrix[i][j];
        for (int m = 0; m < j; m++) {
          sum -= lower[i][m] * lower[j][m];
        }
        lower[i][j] = sum / lower[j][j];
      }
    }
    return Optional.of(new Symmetric(lower));
  }

  double[] solve(double[] right) {
    int k = lower.length;
    double[] x = right.clone();
    for (int i = 0; i < k; i++) {
      for (int m = 0; m < i; m++) {
        x[i] -= lower[i][m] * x[m];
      }
      x[i] /= lower[i][i];
    }
    for (int i = k - 1; i >= 0; i--) {
      for (int m = i + 1; m < k; m++) {
        x[i] -= lower[m][i] * x[m];
      }
      x[i] /= lower[i][i];
    }
    return x;
  }

  /** Diagonal of the inverse. */
  double[] inverseDiagonal() {
    double[] diagonal = new double[lower.length];
    for (int j = 0; j < diagonal.length; j++) {
      double[] unit = new double[diagonal.length];
      unit[j] = 1;
      diagonal[j] = solve(unit)[j];
    }
    return diagonal;
  }
}
