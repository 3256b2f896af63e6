package dev.headrace.ml.learn.calibration;

import dev.headrace.ml.learn.calibration.CalibrationMap.Platt;

/**
 * Fits a logistic curve to the log odds: Platt, Probabilistic Outputs for Support Vector Machines
 * (1999), by the Newton method with backtracking of Lin, Lin, Weng, A Note on Platt's Probabilistic
 * Outputs for Support Vector Machines (2007), appendix C.
 *
 * <p>Targets are (N+ + 1)/(N+ + 2) for positive rows and 1/(N- + 2) for others, so that certainty
 * is not learnt from few rows; N+ and N- are sums of weights.
 */
final class PlattScaling {
  private static final int MOST_STEPS = 100;
  private static final double SMALLEST_STEP = 1e-10;

  /** Added to the diagonal of the Hessian. */
  private static final double RIDGE = 1e-12;

  private static final double DONE = 1e-10;

  private final double[] z;
  private final double[] targets;
  private final double[] weights;

  private PlattScaling(double[] z, double[] targets, double[] weights) {
    this.z = z;
    this.targets = targets;
    this.weights = weights;
  }

  static Platt fit(double[] probabilities, double[] labels, double[] weights) {
    double positive = 0;
    double negative = 0;
    for (int i = 0; i < labels.length; i++) {
      positive += labels[i] == 1 ? weights[i] : 0;
      negative += labels[i] == 1 ? 0 : weights[i];
    }
    double[] z = new double[labels.length];
    double[] targets = new double[labels.length];
    for (int i = 0; i < labels.length; i++) {
      z[i] = Platt.logOdds(probabilities[i]);
      targets[i] = labels[i] == 1 ? (positive + 1) / (positive + 2) : 1 / (negative + 2);
    }
    double start = Math.log((positive + 1) / (negative + 1));
    return new PlattScaling(z, targets, weights).newton(0, start);
  }

  private Platt newton(double slope, double intercept) {
    double loss = loss(slope, intercept);
    for (int step = 0; step < MOST_STEPS; step++) {
      double h11 = RIDGE;
      double h22 = RIDGE;
      double h21 = 0;
      double g1 = 0;
      double g2 = 0;
      double all = 0;
      for (int i = 0; i < z.length; i++) {
        double p = 1 / (1 + Math.exp(-(slope * z[i] + intercept)));
        double curvature = weights[i] * p * (1 - p);
        h11 += z[i] * z[i] * curvature;
        h22 += curvature;
        h21 += z[i] * curvature;
        double error = weights[i] * (p - targets[i]);
        g1 += z[i] * error;
        g2 += error;
        all += weights[i];
      }
      if (Math.abs(g1) < DONE * all && Math.abs(g2) < DONE * all) {
        break;
      }
      double determinant = h11 * h22 - h21 * h21;
      double d1 = -(h22 * g1 - h21 * g2) / determinant;
      double d2 = -(-h21 * g1 + h11 * g2) / determinant;
      double slopeAlong = g1 * d1 + g2 * d2;
      double size = 1;
      while (size >= SMALLEST_STEP) {
        double next = loss(slope + size * d1, intercept + size * d2);
        if (next < loss + 1e-4 * size * slopeAlong) {
          slope += size * d1;
          intercept += size * d2;
          loss = next;
          break;
        }
        size /= 2;
      }
      if (size < SMALLEST_STEP) {
        break;
      }
    }
    return new Platt(slope, intercept);
  }

  private double loss(double slope, double intercept) {
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      double f = slope * z[i] + intercept;
      sum +=
          weights[i]
              * (f >= 0
                  ? (1 - targets[i]) * f + Math.log1p(Math.exp(-f))
                  : -targets[i] * f + Math.log1p(Math.exp(f)));
    }
    return sum;
  }
}
