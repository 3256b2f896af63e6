package dev.headrace.ml.learn.explain;

import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.metrics.Metric;
import dev.headrace.ml.learn.metrics.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a feature is worth: how much worse the metric gets when its values are dealt to other rows
 * (Breiman, Random Forests, 2001; Fisher, Rudin, Dominici, All Models are Wrong, 2019). Features
 * that tell the same share their worth, and each alone may look worthless.
 *
 * @param loss how much worse the metric gets, mean over folds and deals; below 0 where it gets
 *     better
 * @param lower95 of the middle 95 % of a bootstrap over the rows; null where it cannot be had
 * @param upper95 likewise
 */
public record PermutationImportance(
    String feature, double loss, @Nullable Double lower95, @Nullable Double upper95) {
  private static final int DEALS = 3;
  private static final int RESAMPLES = 100;

  /** Rows scored in all: what a second or two allow. */
  private static final int MOST_SCORES = 300_000;

  private static final int FEWEST_ROWS = 300;

  /**
   * Rows that were not learnt from.
   *
   * @param predict what the fold's model says of rows, by output
   * @param scored labels and weights of the rows; its predictions are not looked at
   */
  public record Fold(Frame rows, Scored scored, Function<Frame, double[][]> predict) {}

  /**
   * The worth of every feature, the greatest first; empty where the metric cannot be had.
   *
   * @param folds at most so many of their rows are taken that it takes seconds
   */
  public static List<PermutationImportance> of(
      Metric metric, List<String> features, List<Fold> folds, long seed) {
    int most =
        Math.max(FEWEST_ROWS, MOST_SCORES / (DEALS * Math.max(1, features.size()))) / folds.size();
    SplittableRandom random = new SplittableRandom(seed);
    List<Fold> taken = folds.stream().map(fold -> some(fold, most, random.split())).toList();
    List<Scored> whole =
        taken.stream().map(fold -> fold.scored.predicting(fold.predict.apply(fold.rows))).toList();
    if (whole.stream().anyMatch(one -> metric.of(one).known().isEmpty())) {
      return List.of();
    }
    List<PermutationImportance> all = new ArrayList<>();
    for (String feature : features) {
      List<List<Scored>> dealt = new ArrayList<>();
      for (Fold fold : taken) {
        List<Scored> deals = new ArrayList<>();
        for (int d = 0; d < DEALS; d++) {
          Frame shuffled = dealt(fold.rows, feature, random);
          deals.add(fold.scored.predicting(fold.predict.apply(shuffled)));
        }
        dealt.add(deals);
      }
      all.add(of(metric, feature, whole, dealt, random.split()));
    }
    all.sort(Comparator.comparingDouble(one -> -one.loss));
    return all;
  }

  private static PermutationImportance of(
      Metric metric,
      String feature,
      List<Scored> whole,
      List<List<Scored>> dealt,
      SplittableRandom random) {
    double loss = loss(metric, whole, dealt, whole.stream().map(Scored::weights).toList());
    double[] drawn = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      drawn[r] = loss(metric, whole, dealt, whole.stream().map(one -> one.drawn(random)).toList());
    }
    if (Arrays.stream(drawn).anyMatch(Double::isNaN)) {
      return new PermutationImportance(feature, loss, null, null);
    }
    Arrays.sort(drawn);
    return new PermutationImportance(
        feature, loss, drawn[(int) (0.025 * RESAMPLES)], drawn[(int) (0.975 * RESAMPLES)]);
  }

  private static double loss(
      Metric metric, List<Scored> whole, List<List<Scored>> dealt, List<double[]> weights) {
    double sum = 0;
    for (int f = 0; f < whole.size(); f++) {
      double[] w = weights.get(f);
      double before = metric.of(whole.get(f), w).known().orElse(Double.NaN);
      for (Scored deal : dealt.get(f)) {
        double after = metric.of(deal, w).known().orElse(Double.NaN);
        sum += (metric.higherIsBetter() ? before - after : after - before) / DEALS;
      }
    }
    return sum / whole.size();
  }

  private static Fold some(Fold fold, int most, SplittableRandom random) {
    if (fold.rows.rows() <= most) {
      return fold;
    }
    int[] chosen = fold.scored.some(most, random);
    return new Fold(fold.rows.rows(chosen), fold.scored.rows(chosen), fold.predict);
  }

  private static int[] order(int rows, SplittableRandom random) {
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static Frame dealt(Frame rows, String feature, SplittableRandom random) {
    Frame one = rows.only(List.of(feature)).rows(order(rows.rows(), random));
    return rows.replacing(one.columns().getFirst());
  }
}
