package dev.headrace.ml.learn.linear;

import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.ml.learn.linear.LogisticRegression.Estimate;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Poisson regression with the logarithm as its link: minimises sum w (exp(f) - y f) + l2 |b|^2 / 2
 * over f = a + Xb; the intercept a is not penalised.
 *
 * <p>Newton's method, halved until it descends (McCullagh, Nelder 1989, Generalized Linear Models,
 * chapter 6). Where rows were watched for different times, labels are rates and weights those
 * times: the likelihood is then that of counts with the time as an offset.
 */
public final class PoissonRegression {
  private static final int MOST_STEPS = 200;
  private static final double TOLERANCE = 1e-13;

  private final double[][] x;
  private final double[] y;
  private final double[] weights;
  private final double l2;

  private PoissonRegression(double[][] x, double[] y, double[] weights, double l2) {
    this.x = x;
    this.y = y;
    this.weights = weights;
    this.l2 = l2;
  }

  /** What was found; estimates have Wald's test, and are empty under a penalty. */
  public record Fit(LinearModel model, Optional<List<Estimate>> inference) {}

  /**
   * Fits.
   *
   * @param y not negative
   * @param weights one per row, not negative
   * @throws HeadraceException LEARN_LABEL, LEARN_COLLINEAR, LEARN_NOT_CONVERGED
   */
  public static Fit fit(Design design, double[] y, double[] weights, double l2) {
    if (Arrays.stream(y).anyMatch(label -> label < 0)) {
      throw new HeadraceException(
          LearnError.LEARN_LABEL,
          "Cannot learn counts: %s is below 0.".formatted(Arrays.stream(y).min().orElse(0)),
          "Choose a learner of numbers, such as 'ridge' or 'gbdt'.");
    }
    if (Arrays.stream(y).sum() == 0) {
      throw new HeadraceException(
          LearnError.LEARN_LABEL,
          "Cannot learn counts: every row that is learnt from has 0.",
          "Bring rows with counts above 0.");
    }
    double[][] x = new double[design.columns().size() + 1][];
    x[0] = new double[y.length];
    Arrays.fill(x[0], 1);
    for (int j = 1; j < x.length; j++) {
      x[j] = design.columns().get(j - 1).values();
    }
    return new PoissonRegression(x, y, weights, l2).run(design.names());
  }

  private Fit run(List<String> names) {
    double[] b = new double[x.length];
    double all = Arrays.stream(weights).sum();
    double counts = 0;
    for (int i = 0; i < y.length; i++) {
      counts += weights[i] * y[i];
    }
    b[0] = Math.log(counts / all);
    double objective = objective(b);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = new double[b.length];
      double[][] hessian = derivatives(b, gradient);
      Symmetric factor = Symmetric.of(hessian).orElseThrow(PoissonRegression::collinear);
      double[] down = factor.solve(Arrays.stream(gradient).map(g -> -g).toArray());
      double decrement = 0;
      for (int j = 0; j < b.length; j++) {
        decrement -= gradient[j] * down[j];
      }
      if (decrement <= TOLERANCE * (1 + Math.abs(objective))) {
        return finish(names, b, factor);
      }
      double scale = 1;
      double[] next = b;
      double nextObjective = Double.POSITIVE_INFINITY;
      while (scale > 1e-10 && !(nextObjective <= objective - 1e-4 * scale * decrement)) {
        next = b.clone();
        for (int j = 0; j < b.length; j++) {
          next[j] += scale * down[j];
        }
        nextObjective = objective(next);
        scale /= 2;
      }
      if (!(nextObjective < objective)) {
        return finish(names, b, factor); // Rounding leaves nothing to gain.
      }
      b = next;
      objective = nextObjective;
    }
    throw new HeadraceException(
        LearnError.LEARN_NOT_CONVERGED,
        "Cannot fit the Poisson regression: %d steps did not settle.".formatted(MOST_STEPS),
        "Raise 'l2', or leave out columns that say the same.");
  }

  private static HeadraceException collinear() {
    return new HeadraceException(
        LearnError.LEARN_COLLINEAR,
        "Cannot tell coefficients apart: some columns determine each other.",
        "Leave one of them out of 'features', or set 'l2' above 0.");
  }

  private double[] sums(double[] b) {
    double[] f = new double[y.length];
    for (int j = 0; j < b.length; j++) {
      for (int i = 0; i < f.length; i++) {
        f[i] += b[j] * x[j][i];
      }
    }
    return f;
  }

  private double objective(double[] b) {
    double[] f = sums(b);
    double loss = 0;
    for (int i = 0; i < f.length; i++) {
      loss += weights[i] * (Math.exp(f[i]) - y[i] * f[i]);
    }
    for (int j = 1; j < b.length; j++) {
      loss += l2 / 2 * b[j] * b[j];
    }
    return loss;
  }

  private double[][] derivatives(double[] b, double[] gradient) {
    double[] f = sums(b);
    double[][] hessian = new double[b.length][b.length];
    double[] curved = new double[y.length];
    for (int p = 0; p < b.length; p++) {
      for (int i = 0; i < y.length; i++) {
        double mean = Math.exp(f[i]);
        gradient[p] += weights[i] * (mean - y[i]) * x[p][i];
        curved[i] = weights[i] * mean * x[p][i];
      }
      for (int q = p; q < b.length; q++) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
          sum += curved[i] * x[q][i];
        }
        hessian[p][q] = sum;
        hessian[q][p] = sum;
      }
    }
    for (int j = 1; j < b.length; j++) {
      gradient[j] += l2 * b[j];
      hessian[j][j] += l2;
    }
    return hessian;
  }

  private Fit finish(List<String> names, double[] b, Symmetric factor) {
    LinearModel model = new LinearModel(b[0], names, Arrays.copyOfRange(b, 1, b.length));
    if (l2 > 0) {
      return new Fit(model, Optional.empty());
    }
    double[] variances = factor.inverseDiagonal();
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
    return new Fit(model, Optional.of(estimates));
  }
}
