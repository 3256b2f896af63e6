package dev.headrace.ml.learn.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits the never falling curve of least weighted squared error by pooling adjacent violators: Ayer
 * and others, An Empirical Distribution Function for Sampling with Incomplete Information (1955);
 * Zadrozny, Elkan, Transforming Classifier Scores into Accurate Multiclass Probability Estimates
 * (2002).
 *
 * <p>Rows of one score are taken together first. Of every block only its ends are kept. A block of
 * one class alone would be certain; probabilities stay as far from 0 and 1 as Laplace's rule of
 * succession for all rows says: 1/(n + 2).
 */
final class IsotonicRegression {
  private IsotonicRegression() {}

  /** Rows that get the same probability. */
  private static final class Block {
    final double from;
    double to;
    double weight;
    double positive;

    Block(double score, double weight, double positive) {
      this.from = score;
      this.to = score;
      this.weight = weight;
      this.positive = positive;
    }

    double mean() {
      return positive / weight;
    }
  }

  static CalibrationMap.Isotonic fit(double[] scores, double[] labels, double[] weights) {
    List<Block> blocks = new ArrayList<>();
    int[] order =
        IntStream.range(0, scores.length)
            .filter(i -> weights[i] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double all = 0;
    for (int at = 0; at < order.length; ) {
      Block block = new Block(scores[order[at]], 0, 0);
      while (at < order.length && scores[order[at]] == block.from) {
        block.weight += weights[order[at]];
        block.positive += weights[order[at]] * labels[order[at]];
        at++;
      }
      all += block.weight;
      blocks.add(block);
      while (blocks.size() > 1 && blocks.getLast().mean() <= blocks.get(blocks.size() - 2).mean()) {
        Block last = blocks.removeLast();
        Block before = blocks.getLast();
        before.to = last.to;
        before.weight += last.weight;
        before.positive += last.positive;
      }
    }
    List<Double> points = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    for (Block block : blocks) {
      points.add(block.from);
      probabilities.add(block.mean());
      if (block.to > block.from) {
        points.add(block.to);
        probabilities.add(block.mean());
      }
    }
    return new CalibrationMap.Isotonic(points, probabilities, 1 / (all + 2));
  }
}
