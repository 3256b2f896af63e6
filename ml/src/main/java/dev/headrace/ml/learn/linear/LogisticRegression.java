package dev.headrace.ml.learn.linear;

import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Logistic regression: minimises sum w log(1 + exp(-y' f)) + l1 |b|_1 + l2 |b|^2 / 2 over f = a +
 * Xb, with y' = 1 or -1; the intercept a is not penalised.
 *
 * <p>Newton's method, each step a weighted least-squares problem (IRLS; McCullagh, Nelder 1989),
 * with a penalty on sizes solved by coordinate descent (proximal Newton; Lee, Sun, Saunders 2014),
 * and halved until it descends.
 */
public final class LogisticRegression {
  private static final int MOST_STEPS = 200;
  private static final double TOLERANCE = 1e-12;

  /** Log odds beyond which a coefficient without penalty is on its way to infinity. */
  private static final double ENDLESS = 35;

  private final double[][] x;
  private final double[] y;
  private final double[] weights;
  private final double l1;
  private final double l2;

  private LogisticRegression(double[][] x, double[] y, double[] weights, double l1, double l2) {
    this.x = x;
    this.y = y;
    this.weights = weights;
    this.l1 = l1;
    this.l2 = l2;
  }

  /**
   * What was found.
   *
   * @param steps of Newton's method
   * @param inference of intercept and coefficients; empty under a penalty, where it has none
   */
  public record Fit(LinearModel model, int steps, Optional<List<Estimate>> inference) {}

  /** A coefficient with Wald's test. */
  public record Estimate(
      String name, double estimate, double standardError, double z, double pValue) {}

  /**
   * Fits.
   *
   * @param y 1 for the positive class, 0 for the other
   * @param weights one per row, not negative
   * @throws HeadraceException LEARN_SEPARATED, LEARN_COLLINEAR, LEARN_NOT_CONVERGED
   */
  public static Fit fit(Design design, double[] y, double[] weights, double l1, double l2) {
    int k = design.columns().size() + 1;
    double[][] x = new double[k][];
    x[0] = new double[y.length];
    Arrays.fill(x[0], 1);
    for (int j = 1; j < k; j++) {
      x[j] = design.columns().get(j - 1).values();
    }
    return new LogisticRegression(x, y, weights, l1, l2).run(design.names());
  }

  private Fit run(List<String> names) {
    int k = x.length;
    double[] b = new double[k];
    double positive = 0;
    double all = 0;
    for (int i = 0; i < y.length; i++) {
      positive += weights[i] * y[i];
      all += weights[i];
    }
    b[0] = Math.log(positive / (all - positive));
    double[] f = sums(b);
    double objective = objective(b, f);
    for (int step = 1; step <= MOST_STEPS; step++) {
      double[] gradient = new double[k];
      double[][] hessian = derivatives(b, f, gradient);
      double[] direction = direction(hessian, gradient, b);
      double decrement = decrement(gradient, direction, b);
      if (decrement <= TOLERANCE * (1 + Math.abs(objective))) {
        return finish(names, b, hessian, step);
      }
      double scale = 1;
      double[] next = b;
      double[] nextF = f;
      double nextObjective = Double.POSITIVE_INFINITY;
      while (scale > 1e-10) {
        next = moved(b, direction, scale);
        nextF = sums(next);
        nextObjective = objective(next, nextF);
        if (nextObjective <= objective - 1e-4 * scale * decrement) {
          break;
        }
        scale /= 2;
      }
      if (!(nextObjective < objective)) {
        return finish(names, b, hessian, step); // Rounding leaves nothing to gain.
      }
      b = next;
      f = nextF;
      objective = nextObjective;
      refuseSeparation(f);
    }
    throw new HeadraceException(
        LearnError.LEARN_NOT_CONVERGED,
        "Cannot fit the logistic regression: %d steps did not settle.".formatted(MOST_STEPS),
        "Raise 'l2', or leave out columns that say the same.");
  }

  private double[] sums(double[] b) {
    double[] f = new double[y.length];
    for (int j = 0; j < b.length; j++) {
      if (b[j] != 0) {
        for (int i = 0; i < f.length; i++) {
          f[i] += b[j] * x[j][i];
        }
      }
    }
    return f;
  }

  private double objective(double[] b, double[] f) {
    double loss = 0;
    for (int i = 0; i < f.length; i++) {
      double margin = y[i] == 1 ? f[i] : -f[i];
      // log(1 + exp(-m)) without overflow.
      loss +=
          weights[i]
              * (margin > 0
                  ? Math.log1p(Math.exp(-margin))
                  : -margin + Math.log1p(Math.exp(margin)));
    }
    for (int j = 1; j < b.length; j++) {
      loss += l1 * Math.abs(b[j]) + l2 / 2 * b[j] * b[j];
    }
    return loss;
  }

  /** Fills in the gradient of the smooth part and returns its second derivatives. */
  private double[][] derivatives(double[] b, double[] f, double[] gradient) {
    int k = b.length;
    double[] curvature = new double[y.length];
    double[] slope = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double p = probability(f[i]);
      slope[i] = weights[i] * (p - y[i]);
      curvature[i] = weights[i] * p * (1 - p);
    }
    double[][] hessian = new double[k][k];
    double[] weighted = new double[y.length];
    for (int p = 0; p < k; p++) {
      for (int i = 0; i < y.length; i++) {
        gradient[p] += slope[i] * x[p][i];
        weighted[i] = curvature[i] * x[p][i];
      }
      for (int q = p; q < k; q++) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
          sum += weighted[i] * x[q][i];
        }
        hessian[p][q] = sum;
        hessian[q][p] = sum;
      }
    }
    for (int j = 1; j < k; j++) {
      gradient[j] += l2 * b[j];
      hessian[j][j] += l2;
    }
    return hessian;
  }

  private double[] direction(double[][] hessian, double[] gradient, double[] b) {
    int k = b.length;
    if (l1 == 0) {
      double[] down = Arrays.stream(gradient).map(g -> -g).toArray();
      return Symmetric.of(hessian)
          .orElseThrow(
              () ->
                  new HeadraceException(
                      LearnError.LEARN_COLLINEAR,
                      "Cannot tell coefficients apart: some columns determine each other.",
                      "Leave one of them out of 'features', or set 'l2' above 0."))
          .solve(down);
    }
    double[] c = new double[k];
    double[] penalties = new double[k];
    Arrays.fill(penalties, 1, k, l1);
    for (int i = 0; i < k; i++) {
      c[i] = -gradient[i];
      for (int j = 0; j < k; j++) {
        c[i] += hessian[i][j] * b[j];
      }
    }
    double[] target = Quadratic.minimise(hessian, c, penalties, b);
    for (int j = 0; j < k; j++) {
      target[j] -= b[j];
    }
    return target;
  }

  /** How much the model of the objective promises to descend. */
  private double decrement(double[] gradient, double[] direction, double[] b) {
    double promised = 0;
    for (int j = 0; j < b.length; j++) {
      promised -= gradient[j] * direction[j];
      if (j > 0) {
        promised -= l1 * (Math.abs(b[j] + direction[j]) - Math.abs(b[j]));
      }
    }
    return promised;
  }

  private static double[] moved(double[] b, double[] direction, double scale) {
    double[] next = b.clone();
    for (int j = 0; j < b.length; j++) {
      next[j] += scale * direction[j];
    }
    return next;
  }

  /** Albert, Anderson (1984): with separated classes the likelihood has no maximum. */
  private void refuseSeparation(double[] f) {
    if (l1 == 0 && l2 == 0 && Arrays.stream(f).anyMatch(sum -> Math.abs(sum) > ENDLESS)) {
      throw new HeadraceException(
          LearnError.LEARN_SEPARATED,
          "Cannot fit the logistic regression: some rows are told apart without error, and"
              + " coefficients would grow without end.",
          "Set 'l2' above 0, or look for a feature that gives the label away.");
    }
  }

  private Fit finish(List<String> names, double[] b, double[][] hessian, int steps) {
    LinearModel model = new LinearModel(b[0], names, Arrays.copyOfRange(b, 1, b.length));
    if (l1 > 0 || l2 > 0) {
      return new Fit(model, steps, Optional.empty());
    }
    double[] variances = Symmetric.of(hessian).orElseThrow().inverseDiagonal();
    List<Estimate> estimates = new ArrayList<>();
    for (int j = 0; j < b.length; j++) {
      double error = Math.sqrt(variances[j]);
      estimates.add(
          new Estimate(
              j == 0 ? LeastSquares.INTERCEPT : names.get(j - 1),
              b[j],
              error,
              b[j] / error,
              Normal.twoSided(b[j] / error)));
    }
    return new Fit(model, steps, Optional.of(estimates));
  }

  /** The logistic function, accurate in both tails. */
  public static double probability(double logOdds) {
    if (logOdds >= 0) {
      return 1 / (1 + Math.exp(-logOdds));
    }
    double e = Math.exp(logOdds);
    return e / (1 + e);
  }
}
