package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;
import java.util.function.IntToDoubleFunction;

/** Metrics of what was found without a label: means over rows of what each row was told. */
final class FoundMetrics {
  /** Of clusters, the silhouettes come after what the model gives. */
  private static final int SILHOUETTE = 2;

  private FoundMetrics() {}

  static Answer<Double> of(Metric metric, Scored rows, double[] weights) {
    if (rows.rows() == 0) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "there are no rows");
    }
    int last = rows.width() - 1;
    return switch (metric) {
      case SILHOUETTE ->
          mean(rows, weights, rows.output(SILHOUETTE), "the rows are of fewer than two clusters");
      case INERTIA -> mean(rows, weights, i -> square(rows.output(1)[i]));
      case NOISE -> mean(rows, weights, i -> rows.output(0)[i] < 0 ? 1 : 0);
      case RECONSTRUCTION_ERROR -> mean(rows, weights, i -> square(rows.output(last)[i]));
      case EXPLAINED_VARIANCE -> kept(rows, weights);
      case ANOMALOUS -> mean(rows, weights, i -> rows.output(1)[i]);
      case MEAN_SCORE -> mean(rows, weights, i -> rows.output(0)[i]);
      default -> throw new IllegalArgumentException(metric + " is not of what is found");
    };
  }

  private static double square(double x) {
    return x * x;
  }

  private static Answer<Double> mean(Scored rows, double[] weights, IntToDoubleFunction figure) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < rows.rows(); i++) {
      sum += weights[i] * figure.applyAsDouble(i);
      all += weights[i];
    }
    return all == 0
        ? Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "there are no rows")
        : Answer.of(sum / all);
  }

  /** The mean over the rows that have the figure. */
  private static Answer<Double> mean(
      Scored rows, double[] weights, double[] figures, String otherwise) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < rows.rows(); i++) {
      if (!Double.isNaN(figures[i])) {
        sum += weights[i] * figures[i];
        all += weights[i];
      }
    }
    return all == 0
        ? Answer.unknown(Answer.Reason.TOO_FEW_VALUES, otherwise)
        : Answer.of(sum / all);
  }

  /** Squares along the components over all squares, from the mean of the training rows. */
  private static Answer<Double> kept(Scored rows, double[] weights) {
    double along = 0;
    double all = 0;
    for (int i = 0; i < rows.rows(); i++) {
      for (int c = 0; c < rows.width(); c++) {
        double squared = weights[i] * square(rows.output(c)[i]);
        all += squared;
        along += c == rows.width() - 1 ? 0 : squared;
      }
    }
    return all == 0
        ? Answer.unknown(Answer.Reason.NO_VARIANCE, "the rows lie where the training rows' mean is")
        : Answer.of(along / all);
  }
}
