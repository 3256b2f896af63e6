package dev.headrace.decisions.experiments.analysis;

/**
 * The coefficients theta that take most variance away: the least-squares regression of the metric
 * on its covariates over both arms.
 */
final class Regression {
  /** Share of a covariate's variance that must be left beside the others, or it is not used. */
  private static final double LEAST_OWN_SHARE = 1e-9;

  private Regression() {}

  /**
   * As published figures have it: of means and proportions over all units as if the arms were one,
   * of ratios and combinations over the sum of the arms' linearised covariances. As if the arms
   * were one, coefficients take their part of the arms' difference for what covariates explain: of
   * p of them and n units p / (n - 1), which is nothing for one and many units.
   */
  static double[] pooled(MetricShape shape, Moments a, Moments b, ArmLine lineA, ArmLine lineB) {
    if (shape instanceof MetricShape.Ratio || shape instanceof MetricShape.Combination) {
      return within(lineA, 1, lineB, 1);
    }
    Moments both = a.merge(b);
    int covariates = lineA.covariates();
    double[][] normal = new double[covariates][covariates + 1];
    for (int i = 0; i < covariates; i++) {
      for (int j = 0; j < covariates; j++) {
        normal[i][j] = both.centredProduct(i + 1, j + 1);
      }
      normal[i][covariates] = both.centredProduct(i + 1, 0);
    }
    return solve(normal);
  }

  /** With an intercept per arm, every unit alike, as the {@link Price} takes them. */
  static double[] within(ArmLine a, ArmLine b) {
    return within(a, a.units() - 1.0, b, b.units() - 1.0);
  }

  private static double[] within(ArmLine a, double weightA, ArmLine b, double weightB) {
    int covariates = a.covariates();
    double[][] normal = new double[covariates][covariates + 1];
    for (int i = 0; i < covariates; i++) {
      for (int j = 0; j <= i; j++) {
        normal[i][j] = weightA * a.covariance(i + 1, j + 1) + weightB * b.covariance(i + 1, j + 1);
        normal[j][i] = normal[i][j];
      }
      normal[i][covariates] = weightA * a.covariance(i + 1, 0) + weightB * b.covariance(i + 1, 0);
    }
    return solve(normal);
  }

  /**
   * What it costs that coefficients are estimated.
   *
   * @param factor by which the adjusted effect's variance exceeds that of residuals
   * @param coefficients that were estimated, which are no degrees of freedom any more
   */
  record Price(double factor, int coefficients) {
    static final Price NONE = new Price(1, 0);
  }

  /**
   * The price of least squares: residuals are smaller than errors by the degrees of freedom, and
   * where the arms differ in their covariates the coefficients' own errors move the effect. Exact
   * for normal errors of one variance (R. Fisher's analysis of covariance, 1932).
   *
   * @param normal variances and covariances of the arms' differences in the covariates, and as last
   *     column these differences; destroyed
   * @param freedom degrees of freedom of the arms without covariates
   * @return infinite where nothing is left
   */
  static Price price(double[][] normal, double freedom) {
    double[] gaps = new double[normal.length];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = normal[i][gaps.length];
    }
    boolean[] used = new boolean[gaps.length];
    double[] weights = solve(normal, used);
    double distance = 0;
    int coefficients = 0;
    for (int i = 0; i < gaps.length; i++) {
      distance += gaps[i] * weights[i];
      coefficients += used[i] ? 1 : 0;
    }
    double left = freedom - coefficients;
    return new Price(
        left < 1 ? Double.POSITIVE_INFINITY : freedom / left * (1 + distance / freedom),
        coefficients);
  }

  /**
   * Solves the normal equations by elimination. A covariate that is constant or that others
   * determine gets the coefficient 0.
   *
   * @param normal covariances of the covariates, with those to the metric as last column; destroyed
   */
  static double[] solve(double[][] normal) {
    return solve(normal, new boolean[normal.length]);
  }

  private static double[] solve(double[][] normal, boolean[] used) {
    int size = normal.length;
    double[] theta = new double[size];
    if (size == 1) {
      used[0] = normal[0][0] > 0;
      theta[0] = used[0] ? normal[0][1] / normal[0][0] : 0;
      return theta;
    }
    double[] variances = new double[size];
    for (int i = 0; i < size; i++) {
      variances[i] = normal[i][i];
    }
    for (int pivot = 0; pivot < size; pivot++) {
      double own = normal[pivot][pivot];
      if (!(own > LEAST_OWN_SHARE * variances[pivot])) {
        continue;
      }
      used[pivot] = true;
      for (int row = 0; row < size; row++) {
        if (row != pivot) {
          double factor = normal[row][pivot] / own;
          for (int column = 0; column <= size; column++) {
            normal[row][column] -= factor * normal[pivot][column];
          }
        }
      }
    }
    for (int i = 0; i < size; i++) {
      theta[i] = used[i] ? normal[i][size] / normal[i][i] : 0;
    }
    return theta;
  }
}
