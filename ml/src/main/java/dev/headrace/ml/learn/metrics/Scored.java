package dev.headrace.ml.learn.metrics;

import java.util.Arrays;

/**
 * Rows with what was predicted and what was so. The arrays are not to be changed.
 *
 * <p>Classes are 1 for the positive one and 0 for the other, and predictions are probabilities of
 * the positive one.
 */
public final class Scored {
  private final double[] labels;
  private final double[] predictions;
  private final double[] weights;
  private final double threshold;
  private final int[] descending;

  private Scored(double[] labels, double[] predictions, double[] weights, double threshold) {
    if (labels.length != predictions.length || labels.length != weights.length) {
      throw new IllegalArgumentException("labels, predictions and weights differ in length");
    }
    this.labels = labels;
    this.predictions = predictions;
    this.weights = weights;
    this.threshold = threshold;
    this.descending = descending(predictions);
  }

  /** Rows that count alike, with classes told apart at 0.5. */
  public static Scored of(double[] labels, double[] predictions) {
    double[] ones = new double[labels.length];
    Arrays.fill(ones, 1);
    return new Scored(labels, predictions, ones, 0.5);
  }

  /** The same rows with weights. */
  public Scored weighted(double[] other) {
    return new Scored(labels, predictions, other, threshold);
  }

  /** The same rows with other predictions. */
  public Scored predicting(double[] other) {
    return new Scored(labels, other, weights, threshold);
  }

  /** The same rows with classes told apart elsewhere. */
  public Scored at(double other) {
    return new Scored(labels, predictions, weights, other);
  }

  /** Some of the rows. */
  public Scored rows(int[] chosen) {
    return new Scored(
        pick(labels, chosen), pick(predictions, chosen), pick(weights, chosen), threshold);
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

  /** Number of rows. */
  public int rows() {
    return labels.length;
  }

  /** Sum of the rows' weights. */
  public double weight() {
    return Arrays.stream(weights).sum();
  }

  double label(int row) {
    return labels[row];
  }

  double prediction(int row) {
    return predictions[row];
  }

  /** One per row; not to be changed. */
  public double[] weights() {
    return weights;
  }

  double threshold() {
    return threshold;
  }

  /** Rows by descending prediction. */
  int[] descending() {
    return descending;
  }
}
