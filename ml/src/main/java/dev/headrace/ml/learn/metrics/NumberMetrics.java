package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;

/** Metrics of predicted numbers. */
final class NumberMetrics {
  private NumberMetrics() {}

  /** What one row adds to a mean, given its label and its prediction. */
  private interface Loss {
    double of(double label, double prediction);
  }

  static Answer<Double> of(Metric metric, Scored rows, double[] weights) {
    double all = 0;
    for (double weight : weights) {
      all += weight;
    }
    if (all == 0) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "there are no rows");
    }
    return switch (metric) {
      case RMSE -> Answer.of(Math.sqrt(sum(rows, weights, NumberMetrics::square) / all));
      case MAE -> Answer.of(sum(rows, weights, (y, p) -> Math.abs(y - p)) / all);
      case PINBALL -> {
        double q = rows.settings().quantile();
        yield Answer.of(
            sum(rows, weights, (y, p) -> Math.max(q * (y - p), (q - 1) * (y - p))) / all);
      }
      case MAPE ->
          any(rows, weights, (y, _) -> y == 0)
              ? Answer.unknown(Answer.Reason.ZERO_DENOMINATOR, "a label is 0")
              : Answer.of(sum(rows, weights, (y, p) -> Math.abs((y - p) / y)) / all);
      case WAPE -> {
        double sizes = sum(rows, weights, (y, _) -> Math.abs(y));
        yield sizes == 0
            ? Answer.unknown(Answer.Reason.ZERO_DENOMINATOR, "all labels are 0")
            : Answer.of(sum(rows, weights, (y, p) -> Math.abs(y - p)) / sizes);
      }
      case SMAPE ->
          Answer.of(
              sum(
                      rows,
                      weights,
                      (y, p) -> y == p ? 0 : 2 * Math.abs(y - p) / (Math.abs(y) + Math.abs(p)))
                  / all);
      case RMSLE ->
          any(rows, weights, (y, p) -> y < 0 || p < 0)
              ? Answer.unknown(Answer.Reason.NOT_APPLICABLE, "a label or a prediction is below 0")
              : Answer.of(
                  Math.sqrt(
                      sum(rows, weights, (y, p) -> square(Math.log1p(y), Math.log1p(p))) / all));
      case POISSON_DEVIANCE ->
          any(rows, weights, (y, p) -> y < 0 || !(p > 0))
              ? Answer.unknown(
                  Answer.Reason.NOT_APPLICABLE, "a label is below 0, or a prediction not above it")
              : Answer.of(
                  sum(rows, weights, (y, p) -> 2 * ((y == 0 ? 0 : y * Math.log(y / p)) - y + p))
                      / all);
      case R2 -> share(rows, weights, all, 0);
      case EXPLAINED_VARIANCE ->
          share(rows, weights, all, sum(rows, weights, (y, p) -> y - p) / all);
      default -> throw new IllegalArgumentException(metric + " is not of numbers");
    };
  }

  private static double square(double label, double prediction) {
    return (label - prediction) * (label - prediction);
  }

  private static double sum(Scored rows, double[] weights, Loss loss) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * loss.of(rows.label(i), rows.prediction(i));
    }
    return sum;
  }

  private interface Condition {
    boolean holds(double label, double prediction);
  }

  private static boolean any(Scored rows, double[] weights, Condition condition) {
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0 && condition.holds(rows.label(i), rows.prediction(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * 1 - sum of squared errors / sum of squared deviations.
   *
   * @param bias what is taken off every error
   */
  private static Answer<Double> share(Scored rows, double[] weights, double all, double bias) {
    double mean = sum(rows, weights, (y, _) -> y) / all;
    double total = sum(rows, weights, (y, _) -> square(y, mean));
    return total == 0
        ? Answer.unknown(Answer.Reason.NO_VARIANCE, "all labels are equal")
        : Answer.of(1 - sum(rows, weights, (y, p) -> square(y - p, bias)) / total);
  }
}
