package dev.headrace.ml.learn.metrics;

/**
 * Weight of rows by predicted and true class at a threshold.
 *
 * @param truePositive predicted positive, and is
 * @param falsePositive predicted positive, and is not
 * @param falseNegative predicted negative, and is positive
 * @param trueNegative predicted negative, and is
 */
public record Confusion(
    double truePositive, double falsePositive, double falseNegative, double trueNegative) {

  /** The matrix at the rows' threshold. */
  public static Confusion of(Scored rows) {
    return of(rows, rows.weights());
  }

  static Confusion of(Scored rows, double[] weights) {
    double[] cells = new double[4];
    for (int i = 0; i < rows.rows(); i++) {
      int predicted = rows.prediction(i) >= rows.threshold() ? 0 : 2;
      int truth = rows.label(i) == 1 ? 0 : 1;
      // Predicted positive: 0 is true, 1 is false. Predicted negative: 2 is positive, 3 is not.
      cells[predicted + truth] += weights[i];
    }
    return new Confusion(cells[0], cells[1], cells[2], cells[3]);
  }

  double value(Metric metric) {
    double all = truePositive + falsePositive + falseNegative + trueNegative;
    return switch (metric) {
      case ACCURACY -> (truePositive + trueNegative) / all;
      case BALANCED_ACCURACY ->
          (ratio(truePositive, truePositive + falseNegative)
                  + ratio(trueNegative, trueNegative + falsePositive))
              / 2;
      case PRECISION -> ratio(truePositive, truePositive + falsePositive);
      case RECALL -> ratio(truePositive, truePositive + falseNegative);
      case F1 -> fBeta(1);
      case F2 -> fBeta(2);
      case F05 -> fBeta(0.5);
      case MCC -> correlation();
      default -> throw new IllegalArgumentException(metric + " is not made of the matrix");
    };
  }

  private double fBeta(double beta) {
    double b = beta * beta;
    return ratio(
        (1 + b) * truePositive, (1 + b) * truePositive + b * falseNegative + falsePositive);
  }

  private double correlation() {
    double scale =
        Math.sqrt(truePositive + falsePositive)
            * Math.sqrt(truePositive + falseNegative)
            * Math.sqrt(trueNegative + falsePositive)
            * Math.sqrt(trueNegative + falseNegative);
    return ratio(truePositive * trueNegative - falsePositive * falseNegative, scale);
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
