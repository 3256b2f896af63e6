package dev.headrace.ml.learn.metrics;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.interval.Share;
import java.util.ArrayList;
import java.util.List;

/**
 * What was predicted beside what happened, in ten bins of equal width: the table behind a
 * reliability diagram and the expected calibration error.
 */
public final class Reliability {
  private static final int BINS = 10;
  private static final double ALPHA = 0.05;

  private Reliability() {}

  /**
   * A bin that has rows.
   *
   * @param from where it begins; it ends a tenth above
   * @param predicted mean probability
   * @param observed share of the rows that are positive
   * @param lower95 of that share (Wilson), with weights by their effective number of rows
   * @param upper95 likewise
   */
  public record Bin(
      double from, int rows, double predicted, double observed, double lower95, double upper95) {}

  /** The bins that have rows, by rising probability. */
  public static List<Bin> of(Scored rows) {
    int[] counts = new int[BINS];
    double[] weight = new double[BINS];
    double[] squares = new double[BINS];
    double[] predicted = new double[BINS];
    double[] positive = new double[BINS];
    for (int i = 0; i < rows.rows(); i++) {
      int bin = Math.clamp((int) (rows.prediction(i) * BINS), 0, BINS - 1);
      double w = rows.weights()[i];
      counts[bin]++;
      weight[bin] += w;
      squares[bin] += w * w;
      predicted[bin] += w * rows.prediction(i);
      positive[bin] += w * rows.label(i);
    }
    List<Bin> bins = new ArrayList<>();
    for (int b = 0; b < BINS; b++) {
      if (weight[b] > 0) {
        double share = Math.clamp(positive[b] / weight[b], 0, 1);
        double effective = Math.max(1, weight[b] * weight[b] / squares[b]); // Kish.
        Interval interval = Share.WILSON.of(share * effective, effective, ALPHA);
        bins.add(
            new Bin(
                (double) b / BINS,
                counts[b],
                predicted[b] / weight[b],
                share,
                interval.lower(),
                interval.upper()));
      }
    }
    return bins;
  }
}
