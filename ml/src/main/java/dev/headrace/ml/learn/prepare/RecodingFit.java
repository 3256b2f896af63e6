package dev.headrace.ml.learn.prepare;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.ml.learn.Target;
import dev.headrace.ml.learn.Trainer;
import dev.headrace.ml.learn.Trainer.TrainingSet;
import dev.headrace.ml.learn.frame.Frame;
import dev.headrace.ml.learn.frame.Frame.Categories;
import dev.headrace.ml.learn.frame.Frame.Numbers;
import dev.headrace.ml.learn.prepare.Recoding.TargetMean;
import dev.headrace.ml.learn.split.Shuffle;
import dev.headrace.ml.learn.split.Split;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Learns {@link Recoding}s from training rows.
 *
 * <p>The training rows themselves get mean labels out of fold: each from four fifths of the rows
 * that it is not among, so that no row is told its own label.
 *
 * @param recodings for rows to come
 * @param rows the training rows, recoded
 */
public record RecodingFit(List<Recoding> recodings, TrainingSet rows) {
  private static final int FOLDS = 5;
  private static final int POINTS = 1_001;

  /**
   * Learns what is declared.
   *
   * @throws HeadraceException LEARN_COLUMN, LEARN_TYPE, LEARN_SETTING
   */
  public static RecodingFit of(PrepareSpec spec, TrainingSet rows, long seed) {
    List<Recoding> recodings = new ArrayList<>();
    Frame frame = rows.features();
    spec.constant().forEach((name, constant) -> recodings.add(new Recoding.Filled(name, constant)));
    for (String name : spec.quantiles()) {
      recodings.add(quantiles(Preparation.numbers(frame.column(name))));
    }
    spec.hash().forEach((name, buckets) -> recodings.add(new Recoding.Hashed(name, buckets)));
    for (Recoding recoding : recodings) {
      frame = frame.replacing(recoding.of(frame.column(recoding.column())));
    }
    for (String name : spec.targetMean()) {
      if (rows.target() instanceof Target.Several) {
        throw new HeadraceException(
            LearnError.LEARN_SETTING,
            "Cannot take mean labels by '%s': the label has several classes.".formatted(name),
            "Take 'target-mean' out of 'prepare'.");
      }
      Categories texts = Preparation.texts(frame.column(name));
      int[] all = Split.where(frame.rows(), _ -> true);
      recodings.add(means(texts, rows, all, spec.smoothing()));
      frame = frame.replacing(outOfFold(texts, rows, spec.smoothing(), seed));
    }
    return new RecodingFit(recodings, rows.with(frame));
  }

  private static Recoding quantiles(Numbers column) {
    double[] sorted =
        Arrays.stream(column.values()).filter(x -> !Double.isNaN(x)).sorted().toArray();
    if (sorted.length == 0) {
      return new Recoding.Quantiles(column.name(), List.of(0.0));
    }
    int points = Math.min(POINTS, sorted.length);
    List<Double> quantiles = new ArrayList<>(points);
    for (int k = 0; k < points; k++) {
      // Linear between order statistics (Hyndman and Fan's type 7).
      double at = points == 1 ? 0 : (double) k * (sorted.length - 1) / (points - 1);
      int below = (int) at;
      int above = Math.min(below + 1, sorted.length - 1);
      quantiles.add(sorted[below] + (at - below) * (sorted[above] - sorted[below]));
    }
    return new Recoding.Quantiles(column.name(), quantiles);
  }

  private static Numbers outOfFold(
      Categories texts, TrainingSet rows, double smoothing, long seed) {
    int[] order = Shuffle.of(texts.codes().length, seed + 2);
    double[] coded = new double[order.length];
    for (int fold = 0; fold < FOLDS; fold++) {
      int testing = fold;
      boolean[] tests = new boolean[order.length];
      for (int place = 0; place < order.length; place++) {
        tests[order[place]] = place % FOLDS == testing;
      }
      int[] others = Split.where(order.length, i -> !tests[i]);
      int[] own = Split.where(order.length, i -> tests[i]);
      double[] values = means(texts, rows, others, smoothing).of(texts).values();
      for (int i : own) {
        coded[i] = values[i];
      }
    }
    return new Numbers(texts.name(), coded);
  }

  private static TargetMean means(
      Categories texts, TrainingSet rows, int[] chosen, double smoothing) {
    double[] sums = new double[texts.levels().size()];
    double[] weights = new double[sums.length];
    double sum = 0;
    double weight = 0;
    double[] all = Trainer.weights(rows);
    for (int i : chosen) {
      sum += all[i] * rows.labels()[i];
      weight += all[i];
      int code = texts.codes()[i];
      if (code >= 0) {
        sums[code] += all[i] * rows.labels()[i];
        weights[code] += all[i];
      }
    }
    double prior = weight == 0 ? 0 : sum / weight;
    List<String> levels = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    for (int k = 0; k < sums.length; k++) {
      if (weights[k] > 0) {
        levels.add(texts.levels().get(k));
        means.add((sums[k] + smoothing * prior) / (weights[k] + smoothing));
      }
    }
    return new TargetMean(texts.name(), levels, means, prior);
  }
}
