package dev.headrace.ml.learn.clusters;

import dev.headrace.spi.engine.Watch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * The shortest tree that joins all rows by mutual reachability: the greatest of two rows' distance
 * and their reaches (Prim 1957).
 */
final class SpanningTree {
  private static final int LOOK_EVERY = 1_000;

  private SpanningTree() {}

  /** Two rows that are joined. */
  record Edge(int from, int to, double length) {}

  /** The edges, the shortest first; of equal ones the one joined first. */
  static List<Edge> of(double[][] rows, double[] reach, Watch watch) {
    int count = rows.length;
    double[] nearest = new double[count];
    int[] from = new int[count];
    boolean[] joined = new boolean[count];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    Edge[] edges = new Edge[count - 1];
    int last = 0;
    joined[0] = true;
    for (int e = 0; e < edges.length; e++) {
      if (e % LOOK_EVERY == 0) {
        if (watch.isCancelled()) {
          throw new CancellationException("cancelled while clusters were found");
        }
        watch.progress((double) e / count);
      }
      int best = -1;
      for (int i = 0; i < count; i++) {
        if (joined[i]) {
          continue;
        }
        double distance = Math.sqrt(Points.squared(rows[last], rows[i]));
        double mutual = Math.max(distance, Math.max(reach[last], reach[i]));
        if (mutual < nearest[i]) {
          nearest[i] = mutual;
          from[i] = last;
        }
        best = best < 0 || nearest[i] < nearest[best] ? i : best;
      }
      edges[e] = new Edge(from[best], best, nearest[best]);
      joined[best] = true;
      last = best;
    }
    return IntStream.range(0, edges.length)
        .mapToObj(e -> edges[e])
        .sorted(Comparator.comparingDouble(Edge::length))
        .toList();
  }
}
