package dev.headrace.ml.learn.clusters;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The hierarchy of dense regions without their splinters: as the density rises, a cluster loses
 * rows, or parts into two of at least so many rows. Cluster 0 is that of all rows.
 *
 * @param parents of clusters; -1 of the first
 * @param births density (1 / distance) at which each begins
 * @param rowsOf cluster in which each row was last
 * @param densities at which each row left it
 * @param stability of clusters: the sum over rows of how much density they stayed for
 */
@SuppressWarnings("ArrayRecordComponent") // Many numbers, compared by nobody.
record CondensedTree(
    int[] parents, double[] births, int[] rowsOf, double[] densities, double[] stability) {

  /**
   * What was chosen.
   *
   * @param clusters one per row, the largest cluster 0; -1 for noise
   * @param strengths one per row, in [0, 1]
   * @param births density at which each cluster begins
   * @param peaks density at which each has lost its last row or parts
   */
  record Chosen(int[] clusters, double[] strengths, double[] births, double[] peaks) {}

  /**
   * Condenses.
   *
   * @param edges of the spanning tree, the shortest first
   * @param minRows fewest rows of a cluster
   */
  static CondensedTree of(List<SpanningTree.Edge> edges, int rows, int minRows) {
    Merges merges = Merges.of(edges, rows);
    List<Integer> parents = new ArrayList<>(List.of(-1));
    List<Double> births = new ArrayList<>(List.of(0.0));
    List<Double> stability = new ArrayList<>(List.of(0.0));
    int[] rowsOf = new int[rows];
    double[] densities = new double[rows];
    record At(int node, int cluster) {}
    Deque<At> open = new ArrayDeque<>(List.of(new At(merges.root(), 0)));
    while (!open.isEmpty()) {
      At at = open.pop();
      if (at.node < rows) {
        // A cluster of one row, which only min-rows of 1 would allow.
        throw new IllegalStateException("a row is a cluster");
      }
      int one = merges.one[at.node - rows];
      int other = merges.other[at.node - rows];
      double density = 1 / merges.length[at.node - rows];
      boolean parts = merges.size(one) >= minRows && merges.size(other) >= minRows;
      for (int child : new int[] {one, other}) {
        double stayed = gained(density, births.get(at.cluster)) * merges.size(child);
        if (parts) {
          stability.set(at.cluster, stability.get(at.cluster) + stayed);
          parents.add(at.cluster);
          births.add(density);
          stability.add(0.0);
          open.push(new At(child, parents.size() - 1));
        } else if (merges.size(child) >= minRows) {
          open.push(new At(child, at.cluster));
        } else {
          stability.set(at.cluster, stability.get(at.cluster) + stayed);
          for (int row : merges.rows(child)) {
            rowsOf[row] = at.cluster;
            densities[row] = density;
          }
        }
      }
    }
    return new CondensedTree(
        parents.stream().mapToInt(Integer::intValue).toArray(),
        births.stream().mapToDouble(Double::doubleValue).toArray(),
        rowsOf,
        densities,
        stability.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Rows that are equal are infinitely dense: they are all gone at once. */
  private static double gained(double density, double birth) {
    return density == birth ? 0 : density - birth;
  }

  /**
   * Those that are more stable than all that they part into (excess of mass); never all rows.
   * Clusters come after their parents.
   */
  Chosen choose() {
    int count = parents.length;
    double[] best = stability.clone();
    double[] below = new double[count];
    boolean[] parted = new boolean[count];
    boolean[] chosen = new boolean[count];
    for (int c = count - 1; c > 0; c--) {
      chosen[c] = !parted[c] || stability[c] >= below[c];
      best[c] = chosen[c] ? stability[c] : below[c];
      below[parents[c]] += best[c];
      parted[parents[c]] = true;
    }
    int[] label = new int[count];
    int found = 0;
    for (int c = 0; c < count; c++) {
      int above = c == 0 ? -1 : label[parents[c]];
      label[c] = above >= 0 ? above : chosen[c] ? found++ : -1;
    }
    int[] clusters = Arrays.stream(rowsOf).map(c -> label[c]).toArray();
    int[] place = Hdbscan.bySize(clusters, found);
    for (int i = 0; i < clusters.length; i++) {
      clusters[i] = clusters[i] < 0 ? -1 : place[clusters[i]];
    }
    double[] ends = ends();
    double[] begins = new double[found];
    double[] peaks = new double[found];
    for (int c = count - 1; c > 0; c--) {
      // The last to be written is the uppermost, which is the chosen one.
      if (label[c] >= 0) {
        begins[place[label[c]]] = finite(births[c]);
        peaks[place[label[c]]] = finite(ends[c]);
      }
    }
    double[] strengths = new double[clusters.length];
    for (int i = 0; i < strengths.length; i++) {
      int c = clusters[i];
      strengths[i] = c < 0 ? 0 : Math.min(densities[i], peaks[c]) / peaks[c];
    }
    return new Chosen(clusters, strengths, begins, peaks);
  }

  /** Density at which each cluster has lost its last row or parts. */
  private double[] ends() {
    double[] ends = new double[parents.length];
    for (int i = 0; i < rowsOf.length; i++) {
      ends[rowsOf[i]] = Math.max(ends[rowsOf[i]], densities[i]);
    }
    for (int c = 1; c < parents.length; c++) {
      ends[parents[c]] = Math.max(ends[parents[c]], births[c]);
    }
    return ends;
  }

  /** What can be written down. */
  private static double finite(double density) {
    return Math.min(density, Double.MAX_VALUE);
  }

  /**
   * Rows joined pair by pair, the nearest first; node n of two is {@code rows + n}.
   *
   * @param rows how many there are
   */
  private record Merges(int rows, int[] one, int[] other, double[] length, int[] sizes) {
    static Merges of(List<SpanningTree.Edge> edges, int rows) {
      int merges = rows - 1;
      Merges made =
          new Merges(rows, new int[merges], new int[merges], new double[merges], new int[merges]);
      int[] top = new int[rows + merges];
      for (int node = 0; node < top.length; node++) {
        top[node] = node;
      }
      for (int m = 0; m < merges; m++) {
        SpanningTree.Edge edge = edges.get(m);
        made.one[m] = top(top, edge.from());
        made.other[m] = top(top, edge.to());
        made.length[m] = edge.length();
        made.sizes[m] = made.size(made.one[m]) + made.size(made.other[m]);
        top[made.one[m]] = rows + m;
        top[made.other[m]] = rows + m;
      }
      return made;
    }

    private static int top(int[] top, int node) {
      int at = node;
      while (top[at] != at) {
        top[at] = top[top[at]];
        at = top[at];
      }
      return at;
    }

    int root() {
      return rows + one.length - 1;
    }

    int size(int node) {
      return node < rows ? 1 : sizes[node - rows];
    }

    List<Integer> rows(int node) {
      List<Integer> found = new ArrayList<>();
      Deque<Integer> open = new ArrayDeque<>(List.of(node));
      while (!open.isEmpty()) {
        int at = open.pop();
        if (at < rows) {
          found.add(at);
        } else {
          open.push(one[at - rows]);
          open.push(other[at - rows]);
        }
      }
      return found;
    }
  }
}
