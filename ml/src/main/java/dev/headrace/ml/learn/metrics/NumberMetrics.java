package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;

/** Metrics of predicted numbers. */
final class NumberMetrics {
  private NumberMetrics() {}

  static Answer<Double> of(Metric metric, Scored rows, double[] weights) {
    double all = 0;
    double mean = 0;
    double squares = 0;
    double sizes = 0;
    double shares = 0;
    boolean anyZero = false;
    for (int i = 0; i < rows.rows(); i++) {
      double w = weights[i];
      double error = rows.label(i) - rows.prediction(i);
      all += w;
      mean += w * rows.label(i);
      squares += w * error * error;
      sizes += w * Math.abs(error);
      anyZero |= w > 0 && rows.label(i) == 0;
      shares += rows.label(i) == 0 ? 0 : w * Math.abs(error / rows.label(i));
    }
    if (all == 0) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "there are no rows");
    }
    return switch (metric) {
      case RMSE -> Answer.of(Math.sqrt(squares / all));
      case MAE -> Answer.of(sizes / all);
      case PINBALL -> Answer.of(sizes / all / 2);
      case MAPE ->
          anyZero
              ? Answer.unknown(Answer.Reason.ZERO_DENOMINATOR, "a label is 0")
              : Answer.of(shares / all);
      case R2 -> determination(rows, weights, mean / all, squares);
      default -> throw new IllegalArgumentException(metric + " is not of numbers");
    };
  }

  private static Answer<Double> determination(
      Scored rows, double[] weights, double mean, double squares) {
    double total = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double deviation = rows.label(i) - mean;
      total += weights[i] * deviation * deviation;
    }
    return total == 0
        ? Answer.unknown(Answer.Reason.NO_VARIANCE, "all labels are equal")
        : Answer.of(1 - squares / total);
  }
}
