package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Answer;

/** Metrics of two classes. */
final class ClassMetrics {
  private static final double CLIP = 1e-15;
  private static final int BINS = 10;

  private ClassMetrics() {}

  static Answer<Double> of(Metric metric, Scored rows, double[] weights) {
    double positive = 0;
    double all = 0;
    for (int i = 0; i < rows.rows(); i++) {
      all += weights[i];
      positive += rows.label(i) == 1 ? weights[i] : 0;
    }
    if (all == 0) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "there are no rows");
    }
    boolean needsBoth =
        switch (metric) {
          case AUC, BALANCED_ACCURACY, LIFT, PR_AUC, RECALL -> true;
          default -> false;
        };
    if (needsBoth && (positive == 0 || positive == all)) {
      return Answer.unknown(Answer.Reason.NO_VARIANCE, "the rows are of one class");
    }
    return Answer.of(
        switch (metric) {
          case LOG_LOSS -> logLoss(rows, weights) / all;
          case BRIER -> brier(rows, weights) / all;
          case AUC -> auc(rows, weights, positive, all - positive);
          case PR_AUC -> averagePrecision(rows, weights, positive);
          case LIFT -> lift(rows, weights, all) / (positive / all);
          case ECE -> calibrationError(rows, weights) / all;
          default -> Confusion.of(rows, weights).value(metric);
        });
  }

  private static double logLoss(Scored rows, double[] weights) {
    double sum = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double p = Math.clamp(rows.prediction(i), CLIP, 1 - CLIP);
      sum -= weights[i] * (rows.label(i) == 1 ? Math.log(p) : Math.log1p(-p));
    }
    return sum;
  }

  private static double brier(Scored rows, double[] weights) {
    double sum = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double error = rows.prediction(i) - rows.label(i);
      sum += weights[i] * error * error;
    }
    return sum;
  }

  /** Weighted Mann-Whitney: the share of pairs in which the positive one scores higher. */
  private static double auc(Scored rows, double[] weights, double positive, double negative) {
    double above = 0;
    double pairs = 0;
    int[] order = rows.descending();
    for (int from = 0; from < order.length; ) {
      double tiedPositive = 0;
      double tiedNegative = 0;
      int to = from;
      double score = rows.prediction(order[from]);
      while (to < order.length && rows.prediction(order[to]) == score) {
        if (rows.label(order[to]) == 1) {
          tiedPositive += weights[order[to]];
        } else {
          tiedNegative += weights[order[to]];
        }
        to++;
      }
      pairs += tiedNegative * (above + tiedPositive / 2);
      above += tiedPositive;
      from = to;
    }
    return pairs / (positive * negative);
  }

  /** Sum over thresholds of precision times gained recall. */
  private static double averagePrecision(Scored rows, double[] weights, double positive) {
    double found = 0;
    double taken = 0;
    double area = 0;
    int[] order = rows.descending();
    for (int from = 0; from < order.length; ) {
      double before = found;
      int to = from;
      double score = rows.prediction(order[from]);
      while (to < order.length && rows.prediction(order[to]) == score) {
        found += rows.label(order[to]) == 1 ? weights[order[to]] : 0;
        taken += weights[order[to]];
        to++;
      }
      if (found > before) {
        area += found / taken * (found - before);
      }
      from = to;
    }
    return area / positive;
  }

  /**
   * Share of positive ones among the share of rows that score highest; of rows that tie at its end,
   * as many as fit, each with the mean of all that tie.
   */
  private static double lift(Scored rows, double[] weights, double all) {
    double room = all * rows.settings().share();
    double asked = room;
    double found = 0;
    int[] order = rows.descending();
    for (int from = 0; from < order.length && room > 0; ) {
      double positive = 0;
      double tied = 0;
      int to = from;
      double score = rows.prediction(order[from]);
      while (to < order.length && rows.prediction(order[to]) == score) {
        positive += rows.label(order[to]) == 1 ? weights[order[to]] : 0;
        tied += weights[order[to]];
        to++;
      }
      double taken = Math.min(room, tied);
      found += tied == 0 ? 0 : positive * (taken / tied);
      room -= taken;
      from = to;
    }
    return found / asked;
  }

  /**
   * Naeini, Cooper, Hauskrecht (2015): sum over bins of weight |mean outcome - mean probability|.
   */
  private static double calibrationError(Scored rows, double[] weights) {
    double[] outcome = new double[BINS];
    double[] predicted = new double[BINS];
    for (int i = 0; i < rows.rows(); i++) {
      int bin = Math.clamp((int) (rows.prediction(i) * BINS), 0, BINS - 1);
      outcome[bin] += weights[i] * rows.label(i);
      predicted[bin] += weights[i] * rows.prediction(i);
    }
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      sum += Math.abs(outcome[bin] - predicted[bin]);
    }
    return sum;
  }
}
