package dev.headrace.ml.learn.boosting;

import dev.headrace.ml.learn.frame.Design;

/**
 * How much each column moves the margin of a row away from the mean: Shapley values of a game in
 * which columns that do not take part are averaged over by how many training rows went each way
 * ("path-dependent").
 *
 * <p>Lundberg, Erion, Lee, Consistent Individualized Feature Attribution for Tree Ensembles (2018),
 * algorithm 2; Lundberg and others, From Local Explanations to Global Understanding with
 * Explainable AI for Trees, Nature Machine Intelligence 2 (2020). O(leaves depth^2) a tree and row.
 */
public final class TreeShap {
  private final TreeEnsemble trees;
  private final int[] roots;
  private final double base;

  /** Of trees with one margin. */
  public TreeShap(TreeEnsemble trees) {
    this(trees, 0);
  }

  /**
   * Of one of the margins.
   *
   * @param output its place: of several classes that of the class
   */
  public TreeShap(TreeEnsemble trees, int output) {
    this.trees = trees;
    this.roots = trees.roots(output);
    double sum = trees.baseMargin();
    for (int root : roots) {
      sum += mean(root);
    }
    this.base = sum;
  }

  /** The margin where nothing is known of a row. */
  public double base() {
    return base;
  }

  private double mean(int node) {
    if (trees.isLeaf(node)) {
      return trees.weight(node);
    }
    int left = trees.left(node);
    int right = trees.right(node);
    double cover = trees.cover(left) + trees.cover(right);
    return cover == 0
        ? (mean(left) + mean(right)) / 2
        : (trees.cover(left) * mean(left) + trees.cover(right) * mean(right)) / cover;
  }

  /** By row, then by column of the design; with the base they sum to the margin. */
  public double[][] contributions(Design design) {
    int width = design.columns().size();
    double[][] all = new double[design.rows()][width];
    float[] row = new float[width];
    Path path = new Path(trees.deepest() + 2);
    for (int i = 0; i < all.length; i++) {
      for (int j = 0; j < width; j++) {
        row[j] = (float) design.columns().get(j).values()[i];
      }
      for (int root : roots) {
        descend(root, row, path, 0, 0, new Split(-1, 1, 1), all[i]);
      }
    }
    return all;
  }

  /**
   * What is added to the path.
   *
   * @param column -1 at the root
   * @param zero share of rows that go this way where the column is not known
   * @param one 1 where the row goes this way, else 0
   */
  private record Split(int column, double zero, double one) {}

  /** Columns split on so far, with the shares of subsets of each size; a part per depth. */
  private static final class Path {
    final int[] column;
    final double[] zero;
    final double[] one;
    final double[] weight;

    Path(int depth) {
      int size = depth * (depth + 1) / 2 + depth;
      column = new int[size];
      zero = new double[size];
      one = new double[size];
      weight = new double[size];
    }

    void copy(int from, int to, int length) {
      System.arraycopy(column, from, column, to, length);
      System.arraycopy(zero, from, zero, to, length);
      System.arraycopy(one, from, one, to, length);
      System.arraycopy(weight, from, weight, to, length);
    }

    void extend(int at, int depth, Split split) {
      column[at + depth] = split.column;
      zero[at + depth] = split.zero;
      one[at + depth] = split.one;
      weight[at + depth] = depth == 0 ? 1 : 0;
      for (int i = depth - 1; i >= 0; i--) {
        weight[at + i + 1] += split.one * weight[at + i] * (i + 1) / (depth + 1);
        weight[at + i] = split.zero * weight[at + i] * (depth - i) / (depth + 1);
      }
    }

    /** Takes the column at {@code index} out again. */
    void unwind(int at, int depth, int index) {
      double zeroShare = zero[at + index];
      double oneShare = one[at + index];
      double next = weight[at + depth];
      for (int i = depth - 1; i >= 0; i--) {
        if (oneShare != 0) {
          double kept = weight[at + i];
          weight[at + i] = next * (depth + 1) / ((i + 1) * oneShare);
          next = kept - weight[at + i] * zeroShare * (depth - i) / (depth + 1);
        } else {
          weight[at + i] = weight[at + i] * (depth + 1) / (zeroShare * (depth - i));
        }
      }
      for (int i = index; i < depth; i++) {
        column[at + i] = column[at + i + 1];
        zero[at + i] = zero[at + i + 1];
        one[at + i] = one[at + i + 1];
      }
    }

    /** Sum of the weights without the column at {@code index}. */
    double sumWithout(int at, int depth, int index) {
      double zeroShare = zero[at + index];
      double oneShare = one[at + index];
      double next = weight[at + depth];
      double total = 0;
      for (int i = depth - 1; i >= 0; i--) {
        if (oneShare != 0) {
          double undone = next * (depth + 1) / ((i + 1) * oneShare);
          total += undone;
          next = weight[at + i] - undone * zeroShare * (depth - i) / (depth + 1);
        } else {
          total += weight[at + i] * (depth + 1) / (zeroShare * (depth - i));
        }
      }
      return total;
    }
  }

  private void descend(
      int node, float[] row, Path path, int at, int depth, Split split, double[] out) {
    if (split.zero == 0 && split.one == 0) {
      return; // Neither the row nor any training row comes here.
    }
    path.extend(at, depth, split);
    if (trees.isLeaf(node)) {
      for (int i = 1; i <= depth; i++) {
        out[path.column[at + i]] +=
            path.sumWithout(at, depth, i)
                * (path.one[at + i] - path.zero[at + i])
                * trees.weight(node);
      }
      return;
    }
    int column = trees.column(node);
    int hot = trees.next(node, row[column]);
    int cold = hot == trees.left(node) ? trees.right(node) : trees.left(node);
    double cover = trees.cover(hot) + trees.cover(cold);
    double hotShare = cover == 0 ? 0.5 : trees.cover(hot) / cover;
    double zero = 1;
    double one = 1;
    int known = depth;
    for (int i = 1; i <= depth; i++) {
      if (path.column[at + i] == column) {
        zero = path.zero[at + i];
        one = path.one[at + i];
        path.unwind(at, depth, i);
        known = depth - 1;
        break;
      }
    }
    int next = at + known + 1;
    path.copy(at, next, known + 1);
    descend(hot, row, path, next, known + 1, new Split(column, hotShare * zero, one), out);
    path.copy(at, next, known + 1);
    descend(cold, row, path, next, known + 1, new Split(column, (1 - hotShare) * zero, 0), out);
  }
}
