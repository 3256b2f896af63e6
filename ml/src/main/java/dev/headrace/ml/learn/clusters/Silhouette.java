package dev.headrace.ml.learn.clusters;

import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How much nearer a row lies to its own cluster than to the next: (b - a) / max(a, b), with a the
 * mean distance from the other rows of its cluster and b that from the rows of the nearest other
 * one; 0 for a row that is alone (Rousseeuw 1987, Silhouettes).
 */
public final class Silhouette {
  /** Beyond it, random rows stand for all: work grows with the square. */
  static final int MOST_ROWS = 10_000;

  private Silhouette() {}

  /**
   * The silhouette of each row; NaN for noise, for all rows where there are fewer than two
   * clusters, and beyond {@link #MOST_ROWS} for rows that were not drawn.
   *
   * @param clusters one per row, below 0 for noise
   */
  public static double[] of(Design design, double[] clusters, long seed) {
    int[] chosen = IntStream.range(0, clusters.length).filter(i -> clusters[i] >= 0).toArray();
    if (chosen.length > MOST_ROWS) {
      int[] all = chosen;
      chosen =
          new SplittableRandom(seed)
              .ints(0, all.length)
              .distinct()
              .limit(MOST_ROWS)
              .sorted()
              .map(i -> all[i])
              .toArray();
    }
    double[] silhouettes = new double[clusters.length];
    Arrays.fill(silhouettes, Double.NaN);
    int most = (int) Arrays.stream(clusters).max().orElse(-1);
    int[] sizes = new int[most + 1];
    for (int i : chosen) {
      sizes[(int) clusters[i]]++;
    }
    if (Arrays.stream(sizes).filter(size -> size > 0).count() < 2) {
      return silhouettes;
    }
    double[][] rows = Points.of(design.rows(chosen));
    // Every pair once; the sum of distances from the rows of each cluster.
    double[][] sums = new double[rows.length][sizes.length];
    for (int i = 0; i < rows.length; i++) {
      int own = (int) clusters[chosen[i]];
      for (int other = i + 1; other < rows.length; other++) {
        double distance = Math.sqrt(Points.squared(rows[i], rows[other]));
        sums[i][(int) clusters[chosen[other]]] += distance;
        sums[other][own] += distance;
      }
    }
    for (int i = 0; i < rows.length; i++) {
      silhouettes[chosen[i]] = of(sums[i], sizes, (int) clusters[chosen[i]]);
    }
    return silhouettes;
  }

  private static double of(double[] sums, int[] sizes, int own) {
    if (sizes[own] == 1) {
      return 0;
    }
    double within = sums[own] / (sizes[own] - 1);
    double next = Double.POSITIVE_INFINITY;
    for (int c = 0; c < sizes.length; c++) {
      if (c != own && sizes[c] > 0) {
        next = Math.min(next, sums[c] / sizes[c]);
      }
    }
    double greater = Math.max(within, next);
    return greater == 0 ? 0 : (next - within) / greater;
  }
}
