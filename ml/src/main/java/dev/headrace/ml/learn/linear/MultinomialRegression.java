package dev.headrace.ml.learn.linear;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Logistic regression of several classes: minimises the sum of w -log p(class) + l1 |B|_1 + l2
 * |B|^2 / 2, where the probabilities are the softmax of a sum a_k + X b_k per class and the
 * intercepts a are not penalised.
 *
 * <p>Every class has coefficients of its own, as in Friedman, Hastie, Tibshirani (2010),
 * Regularization Paths for Generalized Linear Models via Coordinate Descent, section 4. What the
 * likelihood leaves open, a number added to the same coefficient of all classes, is chosen so that
 * they sum to zero; under a penalty on sizes alone, so that the middle one is zero.
 */
public final class MultinomialRegression {
  /** Log odds beyond which a coefficient without penalty is on its way to infinity. */
  private static final double ENDLESS = 35;

  private final double[][] x;
  private final double[] labels;
  private final int classes;
  private final double[] weights;
  private final double total;
  private final boolean free;
  private final double l2;

  private MultinomialRegression(
      double[][] x, double[] labels, int classes, double[] weights, boolean free, double l2) {
    this.x = x;
    this.labels = labels;
    this.classes = classes;
    this.weights = weights;
    this.total = Arrays.stream(weights).sum();
    this.free = free;
    this.l2 = l2;
  }

  /**
   * Fits.
   *
   * @param labels places of classes, each below {@code classes}
   * @param weights one per row, not negative
   * @return one model per class
   * @throws HeadraceException LEARN_SEPARATED, LEARN_COLLINEAR, LEARN_NOT_CONVERGED
   */
  public static List<LinearModel> fit(
      Design design, double[] labels, int classes, double[] weights, double l1, double l2) {
    int k = design.columns().size() + 1;
    double[][] x = new double[k][];
    x[0] = new double[labels.length];
    Arrays.fill(x[0], 1);
    for (int j = 1; j < k; j++) {
      x[j] = design.columns().get(j - 1).values();
    }
    boolean free = l1 == 0 && l2 == 0;
    if (free) {
      refuseCollinear(x);
    }
    MultinomialRegression problem =
        new MultinomialRegression(x, labels, classes, weights, free, l2);
    // The mean loss, so that what counts as flat does not depend on the number of rows.
    double[] penalties = new double[classes * k];
    for (int c = 0; c < classes; c++) {
      Arrays.fill(penalties, c * k + 1, (c + 1) * k, l1 / problem.total);
    }
    double[] b = QuasiNewton.minimise(problem::loss, penalties, problem.start());
    for (int j = 0; j < k; j++) {
      if (j == 0 || free) {
        shift(b, j, k, mean(b, j, classes, k));
      } else if (l2 == 0) {
        shift(b, j, k, median(b, j, classes, k));
      }
    }
    List<LinearModel> models = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      models.add(
          new LinearModel(b[c * k], design.names(), Arrays.copyOfRange(b, c * k + 1, (c + 1) * k)));
    }
    return models;
  }

  private static void refuseCollinear(double[][] x) {
    double[][] gram = new double[x.length][x.length];
    for (int p = 0; p < x.length; p++) {
      for (int q = 0; q < x.length; q++) {
        for (int i = 0; i < x[p].length; i++) {
          gram[p][q] += x[p][i] * x[q][i];
        }
      }
    }
    if (Symmetric.of(gram).isEmpty()) {
      throw new HeadraceException(
          LearnError.LEARN_COLLINEAR,
          "Cannot tell coefficients apart: some columns determine each other.",
          "Leave one of them out of 'features', or set 'l2' above 0.");
    }
  }

  /** Intercepts that give the shares of the classes. */
  private double[] start() {
    double[] b = new double[classes * x.length];
    for (int i = 0; i < labels.length; i++) {
      b[x.length * (int) labels[i]] += weights[i];
    }
    for (int c = 0; c < classes; c++) {
      b[c * x.length] = Math.log(Math.max(b[c * x.length], 1e-9 * total) / total);
    }
    return b;
  }

  private static void shift(double[] b, int j, int k, double by) {
    for (int at = j; at < b.length; at += k) {
      b[at] -= by;
    }
  }

  private static double mean(double[] b, int j, int classes, int k) {
    return of(b, j, classes, k).sum() / classes;
  }

  /** Taken off, it makes the sizes smallest and one zero: of two middle ones, that by the mean. */
  private static double median(double[] b, int j, int classes, int k) {
    double[] sorted = of(b, j, classes, k).sorted().toArray();
    double below = sorted[(classes - 1) / 2];
    double above = sorted[classes / 2];
    double mean = mean(b, j, classes, k);
    return mean - below <= above - mean ? below : above;
  }

  private static DoubleStream of(double[] b, int j, int classes, int k) {
    return IntStream.range(0, classes).mapToDouble(c -> b[c * k + j]);
  }

  /** The mean loss with the penalty on squares. */
  private double loss(double[] b, double[] gradient) {
    int k = x.length;
    double[][] p = new double[classes][labels.length];
    for (int c = 0; c < classes; c++) {
      for (int j = 0; j < k; j++) {
        double coefficient = b[c * k + j];
        if (coefficient != 0) {
          for (int i = 0; i < labels.length; i++) {
            p[c][i] += coefficient * x[j][i];
          }
        }
      }
    }
    refuseSeparation(p);
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double[] sums : p) {
        largest = Math.max(largest, sums[i]);
      }
      double all = 0;
      for (double[] sums : p) {
        all += Math.exp(sums[i] - largest);
      }
      loss += weights[i] * (Math.log(all) + largest - p[(int) labels[i]][i]);
    }
    softmax(p);
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < labels.length; i++) {
        p[c][i] = weights[i] * (p[c][i] - (labels[i] == c ? 1 : 0)) / total;
      }
      for (int j = 0; j < k; j++) {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
          sum += p[c][i] * x[j][i];
        }
        double coefficient = b[c * k + j];
        gradient[c * k + j] = sum + (j > 0 ? l2 / total * coefficient : 0);
        loss += j > 0 ? l2 / 2 * coefficient * coefficient : 0;
      }
    }
    return loss / total;
  }

  /** Albert, Anderson (1984): with separated classes the likelihood has no maximum. */
  private void refuseSeparation(double[][] sums) {
    if (!free) {
      return;
    }
    for (int i = 0; i < labels.length; i++) {
      for (double[] one : sums) {
        if (Math.abs(one[i] - sums[0][i]) > ENDLESS) {
          throw new HeadraceException(
              LearnError.LEARN_SEPARATED,
              "Cannot fit the logistic regression: some rows are told apart without error, and"
                  + " coefficients would grow without end.",
              "Set 'l2' above 0, or look for a feature that gives the label away.");
        }
      }
    }
  }

  /**
   * Turns sums into probabilities, in place.
   *
   * @param sums by class, then by row
   */
  public static void softmax(double[][] sums) {
    for (int i = 0; i < sums[0].length; i++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double[] one : sums) {
        largest = Math.max(largest, one[i]);
      }
      double all = 0;
      for (double[] one : sums) {
        one[i] = Math.exp(one[i] - largest);
        all += one[i];
      }
      for (double[] one : sums) {
        one[i] /= all;
      }
    }
  }
}
