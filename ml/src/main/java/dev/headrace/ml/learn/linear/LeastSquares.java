package dev.headrace.ml.learn.linear;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.FisherF;
import dev.headrace.core.stats.distribution.StudentT;
import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.frame.Design;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ordinary least squares with an intercept, and what follows from it.
 *
 * <p>With X the design (n rows, k columns with the intercept), b = argmin |y - Xb|^2, e = y - Xb,
 * s^2 = e'e / (n - k), A = (X'X)^-1 and h the diagonal of XAX'. Greene, Econometric Analysis, 8th
 * ed., chapters 3 to 5. The names of robust errors are those of MacKinnon, White (1985): HC0 e^2,
 * HC1 e^2 n/(n - k), HC2 e^2/(1 - h), HC3 e^2/(1 - h)^2.
 */
public final class LeastSquares {
  /** The name of the first coefficient. */
  public static final String INTERCEPT = "(intercept)";

  private final List<String> names;
  private final double[][] x;
  private final double[] y;
  private final Householder factors;
  private final double[] coefficients;
  private final double[] residuals;
  private final double[][] a;
  private final double[] leverage;
  private final double residualSquares;
  private final double totalSquares;

  private LeastSquares(List<String> names, double[][] x, double[] y) {
    this.names = names;
    this.x = x;
    this.y = y;
    this.factors = new Householder(names, x);
    this.coefficients = factors.solve(y);
    this.residuals = residuals(x, y, coefficients);
    double[][] inverse = factors.inverseTriangle();
    this.a = square(inverse);
    this.leverage = leverage(x, inverse);
    this.residualSquares = squares(residuals, 0);
    this.totalSquares = squares(y, Arrays.stream(y).sum() / y.length);
    if (!(residualSquares > 1e-24 * totalSquares)) {
      throw new HeadraceException(
          LearnError.LEARN_LABEL,
          "Cannot judge the fit: the features give the label without any error.",
          "Look for a feature that is made of the label, and leave it out.");
    }
  }

  /**
   * Fits.
   *
   * @throws HeadraceException LEARN_TOO_FEW_ROWS, LEARN_COLLINEAR, LEARN_LABEL
   */
  public static LeastSquares fit(Design design, double[] y) {
    int width = design.columns().size() + 1;
    if (design.rows() <= width) {
      throw new HeadraceException(
          LearnError.LEARN_TOO_FEW_ROWS,
          "Cannot fit %d coefficients to %d rows.".formatted(width, design.rows()),
          "Bring more rows, leave features out, or learn with a penalty: 'ridge' or 'lasso'.");
    }
    List<String> names = new ArrayList<>(List.of(INTERCEPT));
    names.addAll(design.names());
    double[][] x = new double[width][];
    x[0] = new double[design.rows()];
    Arrays.fill(x[0], 1);
    for (int j = 1; j < width; j++) {
      x[j] = design.columns().get(j - 1).values();
    }
    return new LeastSquares(names, x, y);
  }

  private static double[] residuals(double[][] x, double[] y, double[] b) {
    double[] e = y.clone();
    for (int j = 0; j < b.length; j++) {
      for (int i = 0; i < e.length; i++) {
        e[i] -= b[j] * x[j][i];
      }
    }
    return e;
  }

  /** The product of a matrix with its own transpose. */
  private static double[][] square(double[][] r) {
    double[][] product = new double[r.length][r.length];
    for (int i = 0; i < r.length; i++) {
      for (int j = 0; j < r.length; j++) {
        for (int k = 0; k < r.length; k++) {
          product[i][j] += r[i][k] * r[j][k];
        }
      }
    }
    return product;
  }

  private static double[] leverage(double[][] x, double[][] inverse) {
    double[] h = new double[x[0].length];
    for (int c = 0; c < x.length; c++) {
      for (int i = 0; i < h.length; i++) {
        double q = 0;
        for (int j = 0; j <= c; j++) {
          q += x[j][i] * inverse[j][c];
        }
        h[i] += q * q;
      }
    }
    return h;
  }

  static double squares(double[] values, double around) {
    double sum = 0;
    for (double value : values) {
      sum += (value - around) * (value - around);
    }
    return sum;
  }

  /** For scoring. */
  public LinearModel model() {
    return new LinearModel(
        coefficients[0],
        names.subList(1, names.size()),
        Arrays.copyOfRange(coefficients, 1, coefficients.length));
  }

  /** How robust standard errors weigh squared residuals. */
  public enum Robust {
    HC0,
    HC1,
    HC2,
    HC3
  }

  /**
   * One coefficient.
   *
   * @param standardError under equal variances
   * @param robust errors that hold without equal variances: HC0, HC1, HC2, HC3
   * @param tails of Student's t with n - k degrees of freedom, two-sided
   * @param varianceInflation 1 / (1 - R^2 of this column on the others); null of the intercept
   */
  public record Coefficient(
      String name,
      double estimate,
      double standardError,
      double t,
      double tails,
      Interval interval,
      List<Double> robust,
      @Nullable Double varianceInflation) {
    public Coefficient {
      robust = List.copyOf(robust);
    }
  }

  /**
   * All coefficients, the intercept first.
   *
   * @param confidence of the intervals, in (0, 1)
   */
  public List<Coefficient> coefficients(double confidence) {
    double df = degreesOfFreedom();
    double s2 = residualSquares / df;
    double t = StudentT.upperQuantile((1 - confidence) / 2, df);
    List<double[]> robust = Arrays.stream(Robust.values()).map(this::robustErrors).toList();
    List<Coefficient> all = new ArrayList<>();
    for (int j = 0; j < coefficients.length; j++) {
      double error = Math.sqrt(s2 * a[j][j]);
      int at = j;
      all.add(
          new Coefficient(
              names.get(j),
              coefficients[j],
              error,
              coefficients[j] / error,
              StudentT.twoSided(coefficients[j] / error, df),
              new Interval(coefficients[j] - t * error, coefficients[j] + t * error),
              robust.stream().map(errors -> errors[at]).toList(),
              j == 0 ? null : a[j][j] * squares(x[j], Arrays.stream(x[j]).sum() / y.length)));
    }
    return all;
  }

  /** Standard errors from the sandwich A X' diag(u) X A. */
  public double[] robustErrors(Robust kind) {
    int k = coefficients.length;
    int n = y.length;
    double[][] meat = new double[k][k];
    double[] u = new double[n];
    for (int i = 0; i < n; i++) {
      double rest = 1 - leverage[i];
      double e2 = residuals[i] * residuals[i];
      u[i] =
          switch (kind) {
            case HC0 -> e2;
            case HC1 -> e2 * n / (n - k);
            case HC2 -> e2 / rest;
            case HC3 -> e2 / (rest * rest);
          };
    }
    for (int p = 0; p < k; p++) {
      for (int q = p; q < k; q++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += x[p][i] * x[q][i] * u[i];
        }
        meat[p][q] = sum;
        meat[q][p] = sum;
      }
    }
    double[] errors = new double[k];
    for (int j = 0; j < k; j++) {
      double variance = 0;
      for (int p = 0; p < k; p++) {
        for (int q = 0; q < k; q++) {
          variance += a[j][p] * meat[p][q] * a[q][j];
        }
      }
      errors[j] = Math.sqrt(variance);
    }
    return errors;
  }

  /** Rows less coefficients. */
  public int degreesOfFreedom() {
    return y.length - coefficients.length;
  }

  /** Number of coefficients, with the intercept. */
  public int width() {
    return coefficients.length;
  }

  /** Number of rows. */
  public int rows() {
    return y.length;
  }

  /** Label less prediction, per row. */
  public double[] residuals() {
    return residuals.clone();
  }

  /** How much of each row's prediction is its own label: the diagonal of XAX'. */
  public double[] leverage() {
    return leverage.clone();
  }

  /** Cook (1977): how far all predictions move together when the row is left out. */
  public double[] cooksDistance() {
    double s2 = residualSquares / degreesOfFreedom();
    double[] d = new double[y.length];
    for (int i = 0; i < d.length; i++) {
      double rest = 1 - leverage[i];
      d[i] = residuals[i] * residuals[i] / (width() * s2) * leverage[i] / (rest * rest);
    }
    return d;
  }

  /** Sum of squared residuals. */
  public double residualSquares() {
    return residualSquares;
  }

  /** Sum of squared deviations of the label from its mean. */
  public double totalSquares() {
    return totalSquares;
  }

  /**
   * What the same columns explain of something else, as R^2 around the mean.
   *
   * @param z one number per row
   */
  double determinationOf(double[] z) {
    double[] fitted = factors.project(z);
    double left = 0;
    for (int i = 0; i < z.length; i++) {
      left += (z[i] - fitted[i]) * (z[i] - fitted[i]);
    }
    return 1 - left / squares(z, Arrays.stream(z).sum() / z.length);
  }

  /** Upper tail of the F statistic that a determination over these columns gives. */
  FTest fTest(double determination) {
    int columns = width() - 1;
    double f = determination / columns / ((1 - determination) / degreesOfFreedom());
    return new FTest(f, columns, degreesOfFreedom(), FisherF.upper(f, columns, degreesOfFreedom()));
  }

  /** That all coefficients but the intercept are zero. */
  public record FTest(double statistic, int columns, int degreesOfFreedom, double pValue) {}
}
