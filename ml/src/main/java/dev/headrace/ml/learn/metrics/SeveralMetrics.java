package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;
import dev.headrace.ml.learn.metrics.ConfusionMatrix.Average;
import dev.headrace.ml.learn.metrics.ConfusionMatrix.Figure;

/** Metrics of three and more classes. */
final class SeveralMetrics {
  private static final double CLIP = 1e-15;
  private static final int BINS = 10;

  private SeveralMetrics() {}

  static Answer<Double> of(Metric metric, Scored rows, double[] weights) {
    double all = 0;
    for (double weight : weights) {
      all += weight;
    }
    if (all == 0) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "there are no rows");
    }
    return switch (metric) {
      case LOG_LOSS -> Answer.of(logLoss(rows, weights) / all);
      case BRIER -> Answer.of(brier(rows, weights) / all);
      case ECE -> Answer.of(calibrationError(rows, weights) / all);
      case AUC -> auc(rows, weights);
      default -> Answer.of(matrix(metric, ConfusionMatrix.of(rows, weights)));
    };
  }

  private static double matrix(Metric metric, ConfusionMatrix matrix) {
    return switch (metric) {
      case ACCURACY -> matrix.accuracy();
      case BALANCED_ACCURACY -> matrix.balancedAccuracy();
      case MCC -> matrix.correlation();
      case MACRO_PRECISION -> matrix.average(Average.MACRO, new Figure.Precision());
      case MACRO_RECALL -> matrix.average(Average.MACRO, new Figure.Recall());
      case MACRO_F1 -> matrix.average(Average.MACRO, new Figure.FBeta(1));
      case MACRO_F2 -> matrix.average(Average.MACRO, new Figure.FBeta(2));
      case MACRO_F05 -> matrix.average(Average.MACRO, new Figure.FBeta(0.5));
      case MICRO_PRECISION -> matrix.average(Average.MICRO, new Figure.Precision());
      case MICRO_RECALL -> matrix.average(Average.MICRO, new Figure.Recall());
      case MICRO_F1 -> matrix.average(Average.MICRO, new Figure.FBeta(1));
      case WEIGHTED_PRECISION -> matrix.average(Average.WEIGHTED, new Figure.Precision());
      case WEIGHTED_RECALL -> matrix.average(Average.WEIGHTED, new Figure.Recall());
      case WEIGHTED_F1 -> matrix.average(Average.WEIGHTED, new Figure.FBeta(1));
      case WEIGHTED_F2 -> matrix.average(Average.WEIGHTED, new Figure.FBeta(2));
      case WEIGHTED_F05 -> matrix.average(Average.WEIGHTED, new Figure.FBeta(0.5));
      default -> throw new IllegalArgumentException(metric + " is not of several classes");
    };
  }

  private static double logLoss(Scored rows, double[] weights) {
    double sum = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double p = rows.probability(i, (int) rows.label(i));
      sum -= weights[i] * Math.log(Math.clamp(p, CLIP, 1 - CLIP));
    }
    return sum;
  }

  private static double brier(Scored rows, double[] weights) {
    double sum = 0;
    for (int i = 0; i < rows.rows(); i++) {
      for (int k = 0; k < rows.classes(); k++) {
        double error = rows.probability(i, k) - (rows.label(i) == k ? 1 : 0);
        sum += weights[i] * error * error;
      }
    }
    return sum;
  }

  /**
   * Of the predicted class: sum over bins of weight |share predicted right - mean probability|
   * (Guo, Pleiss, Sun, Weinberger 2017, On Calibration of Modern Neural Networks).
   */
  private static double calibrationError(Scored rows, double[] weights) {
    double[] gap = new double[BINS];
    for (int i = 0; i < rows.rows(); i++) {
      int told = rows.predicted(i);
      double p = rows.probability(i, told);
      int bin = Math.clamp((int) (p * BINS), 0, BINS - 1);
      gap[bin] += weights[i] * ((rows.label(i) == told ? 1 : 0) - p);
    }
    double sum = 0;
    for (double one : gap) {
      sum += Math.abs(one);
    }
    return sum;
  }

  /** The mean over classes of each against all others. */
  private static Answer<Double> auc(Scored rows, double[] weights) {
    double sum = 0;
    for (int k = 0; k < rows.classes(); k++) {
      switch (Metric.AUC.of(rows.against(k), weights)) {
        case Answer.Known<Double>(Double value) -> sum += value;
        case Answer.Unknown<Double> _ -> {
          return Answer.unknown(
              Answer.Reason.NO_VARIANCE, "a class has no row, or all rows are of one");
        }
      }
    }
    return Answer.of(sum / rows.classes());
  }
}
