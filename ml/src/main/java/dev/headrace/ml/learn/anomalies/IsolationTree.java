package dev.headrace.ml.learn.anomalies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.ml.learn.ModelJson;
import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A tree of random splits, its nodes in parallel arrays; the root is the first.
 *
 * @param column that a node splits; -1 for a leaf
 * @param threshold below which rows go left; of no meaning for a leaf
 * @param left child; 0 for a leaf
 * @param right child; 0 for a leaf
 * @param depth of a leaf, with what rows left in it would go deeper; 0 inside
 */
@SuppressWarnings("ArrayRecordComponent") // Many numbers, compared by nobody.
record IsolationTree(int[] column, double[] threshold, int[] left, int[] right, double[] depth) {
  private static final int LEAF = -1;
  private static final double EULER_MASCHERONI = 0.5772156649015329;

  /** Mean depth of an unsuccessful search in a binary search tree of so many rows. */
  static double usualDepth(int rows) {
    return rows < 2
        ? 0
        : rows == 2 ? 1 : 2 * (Math.log(rows - 1) + EULER_MASCHERONI) - 2.0 * (rows - 1) / rows;
  }

  /** Grows until rows are alone, or as deep as a balanced tree would be. */
  static IsolationTree grow(Design design, int[] rows, SplittableRandom random) {
    int most = 2 * rows.length;
    IsolationTree tree =
        new IsolationTree(
            new int[most], new double[most], new int[most], new int[most], new double[most]);
    int limit = 32 - Integer.numberOfLeadingZeros(rows.length - 1);
    int nodes = tree.grow(design, rows.clone(), 0, rows.length, 0, new int[] {0, limit}, random);
    return tree.first(nodes);
  }

  /**
   * Grows the node of the rows between two places.
   *
   * @param at the next free node, and the deepest level
   * @return the number of nodes so far
   */
  private int grow(
      Design design, int[] rows, int from, int to, int level, int[] at, SplittableRandom random) {
    int node = at[0]++;
    int chosen = to - from < 2 || level == at[1] ? LEAF : varying(design, rows, from, to, random);
    column[node] = chosen;
    if (chosen == LEAF) {
      depth[node] = level + usualDepth(to - from);
      return at[0];
    }
    double[] values = design.columns().get(chosen).values();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = from; k < to; k++) {
      least = Math.min(least, values[rows[k]]);
      most = Math.max(most, values[rows[k]]);
    }
    // Above the least, so that both sides have a row.
    threshold[node] = Math.max(Math.nextUp(least), least + random.nextDouble() * (most - least));
    int middle = from;
    for (int k = from; k < to; k++) {
      if (values[rows[k]] < threshold[node]) {
        int row = rows[k];
        rows[k] = rows[middle];
        rows[middle++] = row;
      }
    }
    left[node] = at[0];
    grow(design, rows, from, middle, level + 1, at, random);
    right[node] = at[0];
    return grow(design, rows, middle, to, level + 1, at, random);
  }

  /** Any column in which the rows differ; a leaf where there is none. */
  private static int varying(Design design, int[] rows, int from, int to, SplittableRandom random) {
    int[] order = IntStream.range(0, design.columns().size()).toArray();
    for (int left = order.length; left > 0; left--) {
      int place = random.nextInt(left);
      int candidate = order[place];
      order[place] = order[left - 1];
      double[] values = design.columns().get(candidate).values();
      for (int k = from + 1; k < to; k++) {
        if (values[rows[k]] != values[rows[from]]) {
          return candidate;
        }
      }
    }
    return LEAF;
  }

  private IsolationTree first(int nodes) {
    return new IsolationTree(
        Arrays.copyOf(column, nodes),
        Arrays.copyOf(threshold, nodes),
        Arrays.copyOf(left, nodes),
        Arrays.copyOf(right, nodes),
        Arrays.copyOf(depth, nodes));
  }

  /** Adds to each row the depth at which it ends. */
  void addDepths(Design design, double[] depths) {
    for (int i = 0; i < depths.length; i++) {
      int node = 0;
      while (column[node] != LEAF) {
        node = next(node, design, i);
      }
      depths[i] += depth[node];
    }
  }

  /**
   * Mean depth of rows from each node on, were it to be told by some rows; where none of them
   * comes, halfway between the children.
   */
  double[] meanDepths(Design rows) {
    int[] comes = new int[column.length];
    for (int i = 0; i < rows.rows(); i++) {
      int node = 0;
      comes[0]++;
      while (column[node] != LEAF) {
        node = next(node, rows, i);
        comes[node]++;
      }
    }
    double[] means = depth.clone();
    for (int node = means.length - 1; node >= 0; node--) { // Children come after their parents.
      if (column[node] != LEAF) {
        double share = comes[node] == 0 ? 0.5 : (double) comes[left[node]] / comes[node];
        means[node] = share * means[left[node]] + (1 - share) * means[right[node]];
      }
    }
    return means;
  }

  /** Adds by how much each column changes the mean depth along the way of a row. */
  void addChanges(Design rows, int row, double[] means, double[] byColumn) {
    int node = 0;
    while (column[node] != LEAF) {
      int next = next(node, rows, row);
      byColumn[column[node]] += means[next] - means[node];
      node = next;
    }
  }

  private int next(int node, Design rows, int row) {
    return rows.columns().get(column[node]).values()[row] < threshold[node]
        ? left[node]
        : right[node];
  }

  void write(ObjectNode node) {
    ModelJson.put(node, "column", column);
    ModelJson.put(node, "threshold", threshold);
    ModelJson.put(node, "left", left);
    ModelJson.put(node, "right", right);
    ModelJson.put(node, "depth", depth);
  }

  static IsolationTree read(JsonNode node) {
    IsolationTree tree =
        new IsolationTree(
            ModelJson.wholes(node, "column"),
            ModelJson.numbers(node, "threshold"),
            ModelJson.wholes(node, "left"),
            ModelJson.wholes(node, "right"),
            ModelJson.numbers(node, "depth"));
    int nodes = tree.column.length;
    if (nodes == 0
        || tree.threshold.length != nodes
        || tree.left.length != nodes
        || tree.right.length != nodes
        || tree.depth.length != nodes) {
      throw new IllegalArgumentException("nodes of a tree differ in number");
    }
    for (int n = 0; n < nodes; n++) {
      // Children come after their parents, so that every walk ends.
      boolean leaf = tree.column[n] == LEAF;
      if (tree.column[n] < LEAF
          || (!leaf && (tree.left[n] <= n || tree.left[n] >= nodes))
          || (!leaf && (tree.right[n] <= n || tree.right[n] >= nodes))) {
        throw new IllegalArgumentException("a node has children outside of its tree");
      }
    }
    return tree;
  }
}
