package dev.headrace.ml.learn.metrics;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.stats.Answer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The metrics. With a threshold, a class is predicted from a probability of that and above. */
public enum Metric {
  @Doc("Log loss, natural logarithm; probabilities are kept 1e-15 away from 0 and 1.")
  LOG_LOSS(Task.CLASSES, false),
  @Doc("Area under the ROC curve, ties counted half (Mann-Whitney).")
  AUC(Task.CLASSES, true),
  @Doc("Average precision: area under the precision-recall curve as steps.")
  PR_AUC(Task.CLASSES, true),
  @Doc("Mean squared difference of probability and outcome.")
  BRIER(Task.CLASSES, false),
  @Doc("Expected calibration error over ten bins of equal width.")
  ECE(Task.CLASSES, false),
  @Doc("Share of rows whose class is predicted right.")
  ACCURACY(Task.CLASSES, true),
  @Doc("Mean of the shares predicted right in each class.")
  BALANCED_ACCURACY(Task.CLASSES, true),
  @Doc("Share of the rows predicted positive that are; 0 where none is predicted.")
  PRECISION(Task.CLASSES, true),
  @Doc("Share of the positive rows that are predicted.")
  RECALL(Task.CLASSES, true),
  @Doc("Harmonic mean of precision and recall.")
  F1(Task.CLASSES, true),
  @Doc("F-beta with recall twice as important.")
  F2(Task.CLASSES, true),
  @Doc("F-beta with precision twice as important.")
  F05(Task.CLASSES, true),
  @Doc("Matthews's correlation of prediction and outcome; 0 where either is constant.")
  MCC(Task.CLASSES, true),
  @Doc("Root of the mean squared error, in the label's unit.")
  RMSE(Task.NUMBER, false),
  @Doc("Mean absolute error, in the label's unit.")
  MAE(Task.NUMBER, false),
  @Doc("Share of the variance that is explained; below 0 where the mean predicts better.")
  R2(Task.NUMBER, true),
  @Doc("Mean of |error| / |label|; unknown where a label is 0.")
  MAPE(Task.NUMBER, false),
  @Doc("Pinball loss of the median: half the mean absolute error.")
  PINBALL(Task.NUMBER, false);

  /** What is predicted. */
  public enum Task {
    /** One of two classes, by a probability. */
    CLASSES,
    /** A number. */
    NUMBER
  }

  private final Task task;
  private final boolean higherIsBetter;

  Metric(Task task, boolean higherIsBetter) {
    this.task = task;
    this.higherIsBetter = higherIsBetter;
  }

  /** What has to be predicted for it to mean something. */
  public Task task() {
    return task;
  }

  /** Whether more is better. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** The word for it in YAML, output and JSON, such as {@code log-loss}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The metrics of a task. */
  public static List<Metric> of(Task task) {
    return Arrays.stream(values()).filter(metric -> metric.task == task).toList();
  }

  /** What is told where nothing is asked for. */
  public static List<Metric> usual(Task task) {
    return switch (task) {
      case CLASSES -> List.of(LOG_LOSS, AUC, PR_AUC, BRIER, ECE);
      case NUMBER -> List.of(RMSE, MAE, R2);
    };
  }

  /** Its value over scored rows. */
  public Answer<Double> of(Scored rows) {
    return of(rows, rows.weights());
  }

  /**
   * Its value with other weights.
   *
   * @param weights one per row, not negative
   */
  public Answer<Double> of(Scored rows, double[] weights) {
    return switch (task) {
      case CLASSES -> ClassMetrics.of(this, rows, weights);
      case NUMBER -> NumberMetrics.of(this, rows, weights);
    };
  }
}
