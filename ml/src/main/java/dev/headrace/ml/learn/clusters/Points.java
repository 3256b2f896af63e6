package dev.headrace.ml.learn.clusters;

import dev.headrace.ml.learn.frame.Design;

/** Rows of prepared columns, row by row, and how far they lie apart. */
public final class Points {
  private Points() {}

  /** The rows of a design. */
  public static double[][] of(Design design) {
    double[][] rows = new double[design.rows()][design.columns().size()];
    for (int j = 0; j < design.columns().size(); j++) {
      double[] values = design.columns().get(j).values();
      for (int i = 0; i < rows.length; i++) {
        rows[i][j] = values[i];
      }
    }
    return rows;
  }

  /** The squared Euclidean distance. */
  static double squared(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      double step = a[j] - b[j];
      sum += step * step;
    }
    return sum;
  }
}
