package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Arithmetic;
import java.util.Arrays;

/**
 * An arm seen as a straight line around its means: the value of the metric, the values of the
 * covariates, and the covariance per unit of all of them. A ratio m / d is replaced by (m - R d) /
 * mean(d), which has the same variance for many units (the delta method).
 */
final class ArmLine {
  /**
   * What is left of terms that cancel, as a share of them, is their rounding: a ratio that is the
   * same for every unit has no variance, and no p-value either.
   */
  private static final double ROUNDING = 1e-13;

  /** What slopes and means leave of a value that does not depend on how many units are zero. */
  private static final double OF_NO_DEGREE = 1e-9;

  private final long units;
  private final long informative;

  /** The metric, then its covariates. */
  private final double[] values;

  /** Covariances per unit, lower triangle by rows. */
  private final double[] covariances;

  private ArmLine(long units, long informative, double[] values, double[] covariances) {
    this.units = units;
    this.informative = informative;
    this.values = values;
    this.covariances = covariances;
  }

  static ArmLine of(MetricShape shape, Moments arm) {
    return switch (shape) {
      case MetricShape.Mean(int covariates) -> straight(arm, covariates, arm.count() - 1);
      case MetricShape.Proportion(int covariates) -> straight(arm, covariates, arm.count());
      case MetricShape.Ratio(int covariates) -> ratios(arm, covariates);
      case MetricShape.Combination(int inputs, Arithmetic formula, int covariates) ->
          combinations(arm, inputs, formula, covariates);
      case MetricShape.Quantile() ->
          throw new IllegalArgumentException("a quantile has no moments");
    };
  }

  private static ArmLine straight(Moments arm, int covariates, long divisor) {
    double[] values = new double[covariates + 1];
    double[] covariances = new double[(covariates + 1) * (covariates + 2) / 2];
    int at = 0;
    for (int i = 0; i <= covariates; i++) {
      values[i] = arm.mean(i);
      for (int j = 0; j <= i; j++) {
        covariances[at++] = arm.centredProduct(i, j) / Math.max(1, divisor);
      }
    }
    return new ArmLine(arm.count(), arm.count(), values, covariances);
  }

  private static ArmLine ratios(Moments arm, int covariates) {
    double[] values = new double[covariates + 1];
    double[] covariances = new double[(covariates + 1) * (covariates + 2) / 2];
    int at = 0;
    for (int i = 0; i <= covariates; i++) {
      double below = arm.mean(2 * i + 1);
      values[i] = below == 0 ? 0 : arm.mean(2 * i) / below;
      for (int j = 0; j <= i; j++) {
        covariances[at++] = below == 0 ? 0 : crossed(arm, i, values[i], j, values[j]);
      }
    }
    return new ArmLine(arm.count(), arm.informative(), values, covariances).spreadOut();
  }

  /** Each is replaced by its tangent: what its slopes make of the columns. */
  private static ArmLine combinations(Moments arm, int inputs, Arithmetic formula, int covariates) {
    double[] values = new double[covariates + 1];
    double[][] slopes = new double[covariates + 1][];
    double[] covariances = new double[(covariates + 1) * (covariates + 2) / 2];
    int at = 0;
    for (int i = 0; i <= covariates; i++) {
      double[] means = new double[inputs];
      for (int column = 0; column < inputs; column++) {
        means[column] = arm.mean(i * inputs + column);
      }
      values[i] = formula.at(means);
      slopes[i] = formula.slopes(means);
      if (i > 0 && !Double.isFinite(values[i])) {
        values[i] = 0; // Nothing before exposure to divide by: no covariate.
        slopes[i] = new double[inputs];
      }
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        double size = 0;
        for (int p = 0; p < inputs; p++) {
          for (int q = 0; q < inputs; q++) {
            double term =
                slopes[i][p] * slopes[j][q] * arm.covariance(i * inputs + p, j * inputs + q);
            sum += term;
            size += Math.abs(term);
          }
        }
        covariances[at++] = beyondRounding(sum, size);
      }
    }
    long informative = isOfNoDegree(slopes[0], arm) ? arm.informative() : arm.count();
    return new ArmLine(arm.count(), informative, values, covariances).spreadOut();
  }

  /** Whether units that are zero in all columns leave a formula's value as it is, as in a ratio. */
  private static boolean isOfNoDegree(double[] slopes, Moments arm) {
    double sum = 0;
    double size = 0;
    for (int i = 0; i < slopes.length; i++) {
      sum += slopes[i] * arm.mean(i);
      size += Math.abs(slopes[i] * arm.mean(i));
    }
    return Math.abs(sum) <= OF_NO_DEGREE * size;
  }

  private static double crossed(Moments arm, int i, double ratioI, int j, double ratioJ) {
    double scale = arm.mean(2 * i + 1) * arm.mean(2 * j + 1);
    if (scale == 0) {
      return 0;
    }
    double above = arm.covariance(2 * i, 2 * j);
    double one = ratioJ * arm.covariance(2 * i, 2 * j + 1);
    double other = ratioI * arm.covariance(2 * i + 1, 2 * j);
    double below = ratioI * ratioJ * arm.covariance(2 * i + 1, 2 * j + 1);
    double size = Math.abs(above) + Math.abs(one) + Math.abs(other) + Math.abs(below);
    return beyondRounding(above - one - other + below, size) / scale;
  }

  private static double beyondRounding(double sum, double size) {
    return Math.abs(sum) <= ROUNDING * size ? 0 : sum;
  }

  long units() {
    return units;
  }

  /** Those of which the spread is: of ratios, units with a value. */
  long informative() {
    return informative;
  }

  /**
   * By how much squares around the line are more than a covariance has them. A unit that is zero
   * above and below lies on the line and says nothing of the spread, which is of the m others:
   * squares around a line that was fitted to them are too small by m / (m - 1).
   */
  double spread() {
    double m = informative;
    double n = units;
    return m == n || m < 2 ? 1 : m / (m - 1) * ((n - 1) / n);
  }

  private ArmLine spreadOut() {
    double spread = spread();
    return spread == 1
        ? this
        : new ArmLine(
            units,
            informative,
            values,
            Arrays.stream(covariances).map(covariance -> spread * covariance).toArray());
  }

  int covariates() {
    return values.length - 1;
  }

  /** The metric itself. */
  double value() {
    return values[0];
  }

  double covariate(int index) {
    return values[index + 1];
  }

  /** Per unit; 0 is the metric, i the i-th covariate counted from 1; j at most i. */
  double covariance(int i, int j) {
    return covariances[i * (i + 1) / 2 + j];
  }

  /** The metric less what its covariates explain. */
  double residualMean(double[] theta) {
    double sum = values[0];
    for (int i = 0; i < theta.length; i++) {
      sum -= theta[i] * values[i + 1];
    }
    return sum;
  }

  double residualVariance(double[] theta) {
    return lineVariance(1, theta, -1);
  }

  /** Covariance per unit of the metric with (theta covariates). */
  double covarianceWithLine(double[] theta) {
    double sum = 0;
    for (int i = 0; i < theta.length; i++) {
      sum += theta[i] * covariance(i + 1, 0);
    }
    return sum;
  }

  /** Variance per unit of (weight metric + scale (theta covariates)). */
  double lineVariance(double weight, double[] theta, double scale) {
    double sum = weight * weight * covariances[0];
    double size = Math.abs(sum);
    for (int i = 0; i < theta.length; i++) {
      double own = scale * theta[i];
      double with = 2 * weight * own * covariance(i + 1, 0);
      sum += with;
      size += Math.abs(with);
      for (int j = 0; j <= i; j++) {
        double part = own * scale * theta[j] * covariance(i + 1, j + 1);
        sum += i == j ? part : 2 * part;
        size += Math.abs(part);
      }
    }
    return beyondRounding(sum, size);
  }
}
