package dev.headrace.ml.learn.metrics;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.stats.Answer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The metrics. Of two classes the positive one is predicted from a probability of the threshold and
 * above, of several the likeliest.
 */
public enum Metric {
  @Doc("Log loss, natural logarithm; probabilities are kept 1e-15 away from 0 and 1.")
  LOG_LOSS(false, Task.CLASSES, Task.SEVERAL),
  @Doc(
      "Area under the ROC curve, ties counted half (Mann-Whitney); of several classes the mean of"
          + " each against all others.")
  AUC(true, Task.CLASSES, Task.SEVERAL),
  @Doc("Average precision: area under the precision-recall curve as steps.")
  PR_AUC(true, Task.CLASSES),
  @Doc("Mean squared difference of probability and outcome, summed over several classes.")
  BRIER(false, Task.CLASSES, Task.SEVERAL),
  @Doc(
      "Expected calibration error over ten bins of equal width; of several classes that of the"
          + " predicted one.")
  ECE(false, Task.CLASSES, Task.SEVERAL),
  @Doc("Share of rows whose class is predicted right.")
  ACCURACY(true, Task.CLASSES, Task.SEVERAL),
  @Doc("Mean of the shares predicted right in each class.")
  BALANCED_ACCURACY(true, Task.CLASSES, Task.SEVERAL),
  @Doc("Share of the rows predicted positive that are; 0 where none is predicted.")
  PRECISION(true, Task.CLASSES),
  @Doc("Share of the positive rows that are predicted.")
  RECALL(true, Task.CLASSES),
  @Doc("Harmonic mean of precision and recall.")
  F1(true, Task.CLASSES),
  @Doc("F-beta with recall twice as important.")
  F2(true, Task.CLASSES),
  @Doc("F-beta with precision twice as important.")
  F05(true, Task.CLASSES),
  @Doc("Correlation of prediction and outcome (Matthews, Gorodkin); 0 where either is constant.")
  MCC(true, Task.CLASSES, Task.SEVERAL),
  @Doc(
      "How much more frequent the positive class is among the 'share' of rows that score highest"
          + " than among all.")
  LIFT(true, Task.CLASSES),
  @Doc("Mean over classes of the precision of each.")
  MACRO_PRECISION(true, Task.SEVERAL),
  @Doc("Mean over classes of the recall of each.")
  MACRO_RECALL(true, Task.SEVERAL),
  @Doc("Mean over classes of F1.")
  MACRO_F1(true, Task.SEVERAL),
  @Doc("Mean over classes of F2.")
  MACRO_F2(true, Task.SEVERAL),
  @Doc("Mean over classes of F0.5.")
  MACRO_F05(true, Task.SEVERAL),
  @Doc("Precision of the sums over classes, which is the accuracy.")
  MICRO_PRECISION(true, Task.SEVERAL),
  @Doc("Recall of the sums over classes, which is the accuracy.")
  MICRO_RECALL(true, Task.SEVERAL),
  @Doc("F1 of the sums over classes, which is the accuracy.")
  MICRO_F1(true, Task.SEVERAL),
  @Doc("Mean of the precision of classes, each as often as rows are of it.")
  WEIGHTED_PRECISION(true, Task.SEVERAL),
  @Doc("Mean of the recall of classes, each as often as rows are of it.")
  WEIGHTED_RECALL(true, Task.SEVERAL),
  @Doc("Mean of the F1 of classes, each as often as rows are of it.")
  WEIGHTED_F1(true, Task.SEVERAL),
  @Doc("Mean of the F2 of classes, each as often as rows are of it.")
  WEIGHTED_F2(true, Task.SEVERAL),
  @Doc("Mean of the F0.5 of classes, each as often as rows are of it.")
  WEIGHTED_F05(true, Task.SEVERAL),
  @Doc("Root of the mean squared error, in the label's unit.")
  RMSE(false, Task.NUMBER),
  @Doc("Mean absolute error, in the label's unit.")
  MAE(false, Task.NUMBER),
  @Doc("Share of the variance that is explained; below 0 where the mean predicts better.")
  R2(true, Task.NUMBER),
  @Doc("Mean of |error| / |label|; unknown where a label is 0.")
  MAPE(false, Task.NUMBER),
  @Doc("Sum of |error| over the sum of |label|; unknown where all labels are 0.")
  WAPE(false, Task.NUMBER),
  @Doc("Mean of 2 |error| / (|label| + |prediction|), in [0, 2]; 0 where both are 0.")
  SMAPE(false, Task.NUMBER),
  @Doc("Root of the mean squared difference of log(1 + x); unknown where a number is below 0.")
  RMSLE(false, Task.NUMBER),
  @Doc(
      "Share of the variance of labels that errors do not have: R2 without what the mean misses. Of"
          + " components, the share of the squared distances from the mean that they keep.")
  EXPLAINED_VARIANCE(true, Task.NUMBER, Task.COMPONENTS),
  @Doc(
      "Mean Poisson deviance, 2 (y log(y / prediction) - y + prediction); unknown where a label is"
          + " below 0 or a prediction not above it.")
  POISSON_DEVIANCE(false, Task.NUMBER),
  @Doc("Pinball loss of the 'quantile'; of the median half the mean absolute error.")
  PINBALL(false, Task.NUMBER),
  @Doc(
      "Discounted cumulative gain, (2^label - 1) / log2(place + 1), over that of the best order;"
          + " mean over groups with a relevant row, as are all metrics of rankings.")
  NDCG(true, Task.RANKING),
  @Doc("NDCG of the first place.")
  NDCG_AT_1(true, Task.RANKING),
  @Doc("NDCG of the first 3 places.")
  NDCG_AT_3(true, Task.RANKING),
  @Doc("NDCG of the first 5 places.")
  NDCG_AT_5(true, Task.RANKING),
  @Doc("NDCG of the first 10 places.")
  NDCG_AT_10(true, Task.RANKING),
  @Doc("NDCG of the first 20 places.")
  NDCG_AT_20(true, Task.RANKING),
  @Doc("NDCG of the first 100 places.")
  NDCG_AT_100(true, Task.RANKING),
  @Doc("Mean average precision: that of the places of relevant rows, whose label is above 0.")
  MAP(true, Task.RANKING),
  @Doc("Mean of 1 / place of the first relevant row.")
  MRR(true, Task.RANKING),
  @Doc("The same, and 0 where it is beyond the tenth.")
  MRR_AT_10(true, Task.RANKING),
  @Doc("Share of the relevant rows that are in the first place.")
  RECALL_AT_1(true, Task.RANKING),
  @Doc("Share of the relevant rows that are in the first 3 places.")
  RECALL_AT_3(true, Task.RANKING),
  @Doc("Share of the relevant rows that are in the first 5 places.")
  RECALL_AT_5(true, Task.RANKING),
  @Doc("Share of the relevant rows that are in the first 10 places.")
  RECALL_AT_10(true, Task.RANKING),
  @Doc("Share of the relevant rows that are in the first 20 places.")
  RECALL_AT_20(true, Task.RANKING),
  @Doc("Share of the relevant rows that are in the first 100 places.")
  RECALL_AT_100(true, Task.RANKING),
  @Doc(
      "Mean over rows of how much nearer the own cluster is than the next, in [-1, 1]; without noise"
          + " (Rousseeuw 1987).")
  SILHOUETTE(true, Task.CLUSTERS, Task.DENSITY),
  @Doc("Mean of the squared distances from the nearest centre, in prepared columns.")
  INERTIA(false, Task.CLUSTERS),
  @Doc("Share of the rows that are in no cluster.")
  NOISE(false, Task.DENSITY),
  @Doc("Mean of the squared distances from the space of the components, in prepared columns.")
  RECONSTRUCTION_ERROR(false, Task.COMPONENTS),
  @Doc("Share of the rows that are anomalous.")
  ANOMALOUS(false, Task.ANOMALIES),
  @Doc("Mean of the scores of anomaly.")
  MEAN_SCORE(false, Task.ANOMALIES);

  /** What is predicted. */
  public enum Task {
    /** One of two classes, by a probability. */
    CLASSES,
    /** One of several classes, by the probability of each. */
    SEVERAL,
    /** A number. */
    NUMBER,
    /** The order of the rows of a group, by a score. */
    RANKING,
    /** Clusters around centres. */
    CLUSTERS,
    /** Dense clusters, and noise. */
    DENSITY,
    /** Places along components. */
    COMPONENTS,
    /** Scores of how different rows are. */
    ANOMALIES;

    /** Whether there is no label to be right about. */
    public boolean finds() {
      return switch (this) {
        case CLASSES, SEVERAL, NUMBER, RANKING -> false;
        case CLUSTERS, DENSITY, COMPONENTS, ANOMALIES -> true;
      };
    }
  }

  /**
   * What some metrics depend on.
   *
   * @param threshold probability from which the positive of two classes is predicted
   * @param share of rows that lift looks at, in (0, 1]
   * @param quantile that pinball judges, in (0, 1)
   */
  public record Settings(double threshold, double share, double quantile) {
    /** Where nothing is said. */
    public static final Settings DEFAULT = new Settings(0.5, 0.1, 0.5);
  }

  @SuppressWarnings("ImmutableEnumChecker") // It is one that cannot be changed.
  private final Set<Task> tasks;

  private final boolean higherIsBetter;

  Metric(boolean higherIsBetter, Task first, Task... more) {
    this.tasks = Collections.unmodifiableSet(EnumSet.of(first, more));
    this.higherIsBetter = higherIsBetter;
  }

  /** Whether it means something of such predictions. */
  public boolean fits(Task task) {
    return tasks.contains(task);
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
    return Arrays.stream(values()).filter(metric -> metric.fits(task)).toList();
  }

  /** What is told where nothing is asked for. */
  public static List<Metric> usual(Task task) {
    return switch (task) {
      case CLASSES -> List.of(LOG_LOSS, AUC, PR_AUC, BRIER, ECE);
      case SEVERAL -> List.of(LOG_LOSS, ACCURACY, BALANCED_ACCURACY, MACRO_F1, AUC);
      case NUMBER -> List.of(RMSE, MAE, R2);
      case RANKING -> List.of(NDCG_AT_10, NDCG, MAP, MRR, RECALL_AT_10);
      case CLUSTERS -> List.of(SILHOUETTE, INERTIA);
      case DENSITY -> List.of(SILHOUETTE, NOISE);
      case COMPONENTS -> List.of(EXPLAINED_VARIANCE, RECONSTRUCTION_ERROR);
      case ANOMALIES -> List.of(ANOMALOUS, MEAN_SCORE);
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
    if (fits(Task.RANKING)) {
      return rows.ranking().of(this, weights);
    }
    if (Arrays.stream(Task.values()).filter(Task::finds).anyMatch(this::fits)
        && (!fits(Task.NUMBER) || rows.width() > 1)) {
      return FoundMetrics.of(this, rows, weights);
    }
    if (fits(Task.NUMBER)) {
      return NumberMetrics.of(this, rows, weights);
    }
    return rows.classes() > 2
        ? SeveralMetrics.of(this, rows, weights)
        : ClassMetrics.of(this, rows, weights);
  }
}
