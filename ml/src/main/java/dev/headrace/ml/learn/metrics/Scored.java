package dev.headrace.ml.learn.metrics;

import dev.headrace.ml.learn.ranking.Groups;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Rows with what was predicted and what was so. The arrays are not to be changed.
 *
 * <p>Of two classes, labels are 1 for the positive one and 0 for the other, and predictions are
 * probabilities of the positive one. Of several, labels are places of classes, and predictions
 * probabilities of each. Of rankings, labels are grades, and predictions scores that order the rows
 * of a group; of two classes in groups the probabilities do.
 */
public final class Scored {
  private final double[] labels;
  private final double[][] outputs;
  private final double[] weights;
  private final Metric.Settings settings;
  private final int[] descending;
  private final Optional<int[]> groups;
  private final Optional<RankingMetrics> ranking;

  private Scored(
      double[] labels,
      double[][] outputs,
      double[] weights,
      Metric.Settings settings,
      Optional<int[]> groups) {
    this(
        labels,
        outputs,
        weights,
        settings,
        outputs.length == 1 ? descending(outputs[0]) : new int[0],
        groups,
        groups.map(ids -> new RankingMetrics(Groups.of(ids), labels, outputs[0])));
  }

  private Scored(
      double[] labels,
      double[][] outputs,
      double[] weights,
      Metric.Settings settings,
      int[] descending,
      Optional<int[]> groups,
      Optional<RankingMetrics> ranking) {
    for (double[] output : outputs) {
      if (labels.length != output.length || labels.length != weights.length) {
        throw new IllegalArgumentException("labels, predictions and weights differ in length");
      }
    }
    this.labels = labels;
    this.outputs = outputs;
    this.weights = weights;
    this.settings = settings;
    this.descending = descending;
    this.groups = groups;
    this.ranking = ranking;
  }

  /** Rows that count alike, with two classes told apart at 0.5. */
  public static Scored of(double[] labels, double[] predictions) {
    return of(labels, new double[][] {predictions});
  }

  /**
   * Rows that count alike.
   *
   * @param outputs what was predicted: by class where there are several, then by row
   */
  public static Scored of(double[] labels, double[][] outputs) {
    double[] ones = new double[labels.length];
    Arrays.fill(ones, 1);
    return new Scored(labels, outputs, ones, Metric.Settings.DEFAULT, Optional.empty());
  }

  /**
   * The same rows as rankings.
   *
   * @param ids one per row, the same for the rows of a group
   */
  public Scored grouped(int[] ids) {
    return new Scored(labels, outputs, weights, settings, Optional.of(ids));
  }

  /** The same rows with weights. */
  public Scored weighted(double[] other) {
    return new Scored(labels, outputs, other, settings, descending, groups, ranking);
  }

  /** The same rows with other predictions: by class where there are several, then by row. */
  public Scored predicting(double[][] other) {
    return new Scored(labels, other, weights, settings, groups);
  }

  /** The same rows with two classes told apart elsewhere. */
  public Scored at(double threshold) {
    return under(new Metric.Settings(threshold, settings.share(), settings.quantile()));
  }

  /** The same rows, measured under other settings. */
  public Scored under(Metric.Settings other) {
    return new Scored(labels, outputs, weights, other, descending, groups, ranking);
  }

  /** Some of the rows. */
  public Scored rows(int[] chosen) {
    return new Scored(
        pick(labels, chosen),
        Arrays.stream(outputs).map(output -> pick(output, chosen)).toArray(double[][]::new),
        pick(weights, chosen),
        settings,
        groups.map(all -> Arrays.stream(chosen).map(i -> all[i]).toArray()));
  }

  /**
   * Every row's weight times how often it is drawn, when as many are drawn with replacement as
   * there are: rows, or whole groups of a ranking.
   */
  public double[] drawn(SplittableRandom random) {
    double[] drawn = new double[labels.length];
    if (groups.isEmpty()) {
      for (int i = 0; i < drawn.length; i++) {
        int row = random.nextInt(drawn.length);
        drawn[row] += weights[row];
      }
      return drawn;
    }
    Groups together = ranking().together();
    for (int g = 0; g < together.count(); g++) {
      for (int row : together.rows(random.nextInt(together.count()))) {
        drawn[row] += weights[row];
      }
    }
    return drawn;
  }

  /** Numbers of some rows, ascending: random ones, or those of random groups of a ranking. */
  public int[] some(int most, SplittableRandom random) {
    if (labels.length <= most) {
      return IntStream.range(0, labels.length).toArray();
    }
    if (groups.isEmpty()) {
      return Arrays.stream(shuffled(labels.length, random)).limit(most).sorted().toArray();
    }
    Groups together = ranking().together();
    IntStream.Builder rows = IntStream.builder();
    int taken = 0;
    for (int g : shuffled(together.count(), random)) {
      if (taken > 0 && taken + together.rows(g).length > most) {
        break;
      }
      taken += together.rows(g).length;
      Arrays.stream(together.rows(g)).forEach(rows);
    }
    return rows.build().sorted().toArray();
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static double[] pick(double[] all, int[] chosen) {
    return Arrays.stream(chosen).mapToDouble(i -> all[i]).toArray();
  }

  /** Rows by descending prediction: each goes to the next free place of its value. */
  private static int[] descending(double[] predictions) {
    double[] sorted = predictions.clone();
    Arrays.sort(sorted);
    int[] first = new int[sorted.length];
    for (int i = 1; i < sorted.length; i++) {
      first[i] = sorted[i] == sorted[i - 1] ? first[i - 1] : i;
    }
    int[] taken = new int[sorted.length];
    int[] order = new int[sorted.length];
    for (int row = 0; row < order.length; row++) {
      int start = first[Arrays.binarySearch(sorted, predictions[row])];
      order[order.length - 1 - start - taken[start]++] = row;
    }
    return order;
  }

  /** Whether rows are ranked within groups. */
  boolean isRanked() {
    return groups.isPresent();
  }

  /** Number of rows. */
  public int rows() {
    return labels.length;
  }

  /** Number of outputs. */
  int width() {
    return outputs.length;
  }

  /** An output of all rows; not to be changed. */
  double[] output(int place) {
    return outputs[place];
  }

  /** Number of classes: two where there is one output. */
  int classes() {
    return Math.max(2, outputs.length);
  }

  /** Sum of the rows' weights. */
  public double weight() {
    return Arrays.stream(weights).sum();
  }

  double label(int row) {
    return labels[row];
  }

  /** The only output of a row. */
  double prediction(int row) {
    return outputs[0][row];
  }

  /** The probability of a class. */
  double probability(int row, int place) {
    if (outputs.length > 1) {
      return outputs[place][row];
    }
    return place == 1 ? outputs[0][row] : 1 - outputs[0][row];
  }

  /**
   * The class that is predicted: by the threshold of two, else the likeliest, the first of ties.
   */
  int predicted(int row) {
    if (outputs.length == 1) {
      return outputs[0][row] >= settings.threshold() ? 1 : 0;
    }
    int best = 0;
    for (int k = 1; k < outputs.length; k++) {
      best = outputs[k][row] > outputs[best][row] ? k : best;
    }
    return best;
  }

  /** One class against all others, as two. */
  Scored against(int place) {
    double[] is = Arrays.stream(labels).map(label -> label == place ? 1 : 0).toArray();
    return new Scored(is, new double[][] {outputs[place]}, weights, settings, Optional.empty());
  }

  /** One per row; not to be changed. */
  public double[] weights() {
    return weights;
  }

  Metric.Settings settings() {
    return settings;
  }

  double threshold() {
    return settings.threshold();
  }

  /** The orders of groups. */
  RankingMetrics ranking() {
    return ranking.orElseThrow(() -> new IllegalStateException("nothing is ranked"));
  }

  /** Rows by descending prediction, where there is one output. */
  int[] descending() {
    return descending;
  }
}
