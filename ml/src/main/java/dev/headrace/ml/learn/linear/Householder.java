package dev.headrace.ml.learn.linear;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;
import java.util.List;

/**
 * A matrix as the product of an orthogonal and an upper triangular one, by Householder's
 * reflections (Golub, Van Loan, Matrix Computations, 4th ed., algorithm 5.2.1). Normal equations
 * would square the condition number; this does not.
 */
final class Householder {
  /** A column that the ones before leave less of than this share is a combination of them. */
  private static final double NOTHING_LEFT = 1e-11;

  private final double[][] vectors;
  private final double[][] triangle;
  private final int rows;

  /**
   * Factors a matrix given by columns.
   *
   * @throws HeadraceException LEARN_COLLINEAR, naming the first column that those before determine
   */
  Householder(List<String> names, double[][] columns) {
    int width = columns.length;
    this.rows = columns[0].length;
    this.vectors = new double[width][];
    this.triangle = new double[width][width];
    double[][] work = new double[width][];
    for (int j = 0; j < width; j++) {
      work[j] = columns[j].clone();
    }
    for (int k = 0; k < width; k++) {
      double whole = norm(columns[k], 0);
      double left = norm(work[k], k);
      if (!(left > NOTHING_LEFT * whole)) {
        throw new HeadraceException(
            LearnError.LEARN_COLLINEAR,
            "Cannot tell coefficients apart: column '%s' is constant or a combination of others."
                .formatted(names.get(k)),
            "Leave it out of 'features', or learn with a penalty: 'ridge' or 'lasso'.");
      }
      double[] v = work[k].clone();
      double alpha = v[k] > 0 ? -left : left;
      v[k] -= alpha;
      double length = norm(v, k);
      for (int i = k; i < rows; i++) {
        v[i] /= length;
      }
      vectors[k] = v;
      for (int j = k; j < width; j++) {
        reflect(v, k, work[j]);
        triangle[k][j] = work[j][k];
      }
    }
  }

  private static double norm(double[] x, int from) {
    double sum = 0;
    for (int i = from; i < x.length; i++) {
      sum += x[i] * x[i];
    }
    return Math.sqrt(sum);
  }

  private static void reflect(double[] v, int from, double[] x) {
    double dot = 0;
    for (int i = from; i < x.length; i++) {
      dot += v[i] * x[i];
    }
    for (int i = from; i < x.length; i++) {
      x[i] -= 2 * dot * v[i];
    }
  }

  /** Coefficients of the least squares. */
  double[] solve(double[] y) {
    double[] rotated = y.clone();
    for (int k = 0; k < vectors.length; k++) {
      reflect(vectors[k], k, rotated);
    }
    double[] b = new double[vectors.length];
    for (int k = b.length - 1; k >= 0; k--) {
      double sum = rotated[k];
      for (int j = k + 1; j < b.length; j++) {
        sum -= triangle[k][j] * b[j];
      }
      b[k] = sum / triangle[k][k];
    }
    return b;
  }

  /** What the columns explain of {@code y}. */
  double[] project(double[] y) {
    double[] rotated = y.clone();
    for (int k = 0; k < vectors.length; k++) {
      reflect(vectors[k], k, rotated);
    }
    for (int i = vectors.length; i < rows; i++) {
      rotated[i] = 0;
    }
    for (int k = vectors.length - 1; k >= 0; k--) {
      reflect(vectors[k], k, rotated);
    }
    return rotated;
  }

  /** The inverse of the triangle. */
  double[][] inverseTriangle() {
    int width = vectors.length;
    double[][] inverse = new double[width][width];
    for (int c = 0; c < width; c++) {
      for (int k = c; k >= 0; k--) {
        double sum = k == c ? 1 : 0;
        for (int j = k + 1; j <= c; j++) {
          sum -= triangle[k][j] * inverse[j][c];
        }
        inverse[k][c] = sum / triangle[k][k];
      }
    }
    return inverse;
  }
}
