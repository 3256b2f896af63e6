package dev.headrace.ml.learn.linear;

import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;

/**
 * Least squares with penalties; the intercept is not penalised. With centred columns it is the
 * quadratic of the Gram matrix alone, whatever the number of rows.
 */
public final class PenalisedSquares {
  private PenalisedSquares() {}

  /**
   * Minimises sum w (y - Xb)^2 / 2 + l1 |b|_1 + l2 |b|^2 / 2.
   *
   * @param weights one per row, not negative
   */
  public static LinearModel fit(Design design, double[] y, double[] weights, double l1, double l2) {
    int k = design.columns().size();
    double all = Arrays.stream(weights).sum();
    double[] means = new double[k];
    double[][] centred = new double[k][];
    for (int j = 0; j < k; j++) {
      means[j] = mean(design.columns().get(j).values(), weights, all);
      centred[j] = minus(design.columns().get(j).values(), means[j]);
    }
    double yMean = mean(y, weights, all);
    double[] yCentred = minus(y, yMean);
    double[][] gram = new double[k][k];
    double[] products = new double[k];
    for (int p = 0; p < k; p++) {
      double[] weighted = new double[y.length];
      for (int i = 0; i < weighted.length; i++) {
        weighted[i] = weights[i] * centred[p][i];
      }
      for (int q = p; q < k; q++) {
        gram[p][q] = dot(weighted, centred[q]) + (p == q ? l2 : 0);
        gram[q][p] = gram[p][q];
      }
      products[p] = dot(weighted, yCentred);
    }
    double[] penalties = new double[k];
    Arrays.fill(penalties, l1);
    double[] b =
        l1 == 0
            ? Symmetric.of(gram)
                .map(factor -> factor.solve(products))
                .orElseGet(() -> Quadratic.minimise(gram, products, penalties, new double[k]))
            : Quadratic.minimise(gram, products, penalties, new double[k]);
    return new LinearModel(yMean - dot(b, means), design.names(), b);
  }

  private static double mean(double[] values, double[] weights, double all) {
    return dot(values, weights) / all;
  }

  private static double[] minus(double[] values, double centre) {
    return Arrays.stream(values).map(value -> value - centre).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
