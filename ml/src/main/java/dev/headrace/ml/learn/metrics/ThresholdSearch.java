package dev.headrace.ml.learn.metrics;

import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Finds the probability from which on the positive class is to be predicted so that a payoff is
 * greatest. All thresholds that tell rows apart are tried, from none predicted to all.
 */
public final class ThresholdSearch {
  private ThresholdSearch() {}

  /**
   * A threshold.
   *
   * @param threshold in [0, 1], half-way between two predictions; or just above 1 where nothing is
   *     to be predicted positive though some are certain
   * @param payoffPerRow on the rows it was chosen on
   */
  public record Choice(double threshold, double payoffPerRow) {}

  /**
   * The best one; the highest among equals. Empty where the payoff is defined for none, such as a
   * ratio of zeros.
   *
   * @param rows that nothing was learnt from, and that are not those the model is judged by
   */
  public static Optional<Choice> best(Payoff payoff, Scored rows) {
    int[] order = rows.descending();
    double[] weights = rows.weights();
    double positive = 0;
    double negative = 0;
    for (int i = 0; i < order.length; i++) {
      positive += rows.label(i) == 1 ? weights[i] : 0;
      negative += rows.label(i) == 1 ? 0 : weights[i];
    }
    ToDoubleFunction<Confusion> worthOf = payoff.function();
    double truePositive = 0;
    double falsePositive = 0;
    double best = Double.NEGATIVE_INFINITY;
    double threshold = Double.NaN;
    for (int taken = 0; ; ) {
      double worth =
          worthOf.applyAsDouble(
              new Confusion(
                  truePositive, falsePositive, positive - truePositive, negative - falsePositive));
      if (Double.isFinite(worth) && worth > best) {
        best = worth;
        threshold = between(rows, order, taken);
      }
      if (taken == order.length) {
        break;
      }
      double score = rows.prediction(order[taken]);
      while (taken < order.length && rows.prediction(order[taken]) == score) {
        int row = order[taken++];
        truePositive += rows.label(row) == 1 ? weights[row] : 0;
        falsePositive += rows.label(row) == 1 ? 0 : weights[row];
      }
    }
    return Double.isNaN(threshold)
        ? Optional.empty()
        : Optional.of(new Choice(threshold, best / (positive + negative)));
  }

  /** Half-way between the last that is predicted positive and the first that is not. */
  private static double between(Scored rows, int[] order, int taken) {
    double above = taken == 0 ? 1 : rows.prediction(order[taken - 1]);
    if (taken == order.length) {
      return 0;
    }
    double below = rows.prediction(order[taken]);
    double middle = below + (above - below) / 2;
    return middle > below ? middle : Math.nextUp(below);
  }
}
