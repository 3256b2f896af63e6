package dev.headrace.ml.learn.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Grows a tree: every split is the one of all, between two values that follow each other, that
 * lowers the impurity most: Gini's of classes, the variance of numbers. Of equally good ones the
 * first column, then the lowest value.
 *
 * <p>Breiman, Friedman, Olshen, Stone (1984), Classification and Regression Trees. Columns are
 * sorted once; the order of a node's rows is kept when it is split.
 */
final class TreeGrower {
  private final double[][] columns;
  private final double[][] targets;
  private final double[] weights;
  private final Limits limits;
  private final SplittableRandom random;

  private final List<Integer> column = new ArrayList<>();
  private final List<Double> threshold = new ArrayList<>();
  private final List<Integer> left = new ArrayList<>();
  private final List<Integer> right = new ArrayList<>();
  private final List<double[]> means = new ArrayList<>();

  /**
   * Where a tree ends.
   *
   * @param depth most splits between root and leaf
   * @param minRows fewest rows of a leaf
   * @param tried columns that are looked at for each split
   */
  record Limits(int depth, int minRows, int tried) {}

  /**
   * @param columns of the design
   * @param targets by output, then by row: labels, or 1 where a row is of a class
   * @param weights one per row; rows of weight 0 take no part
   */
  TreeGrower(
      double[][] columns,
      double[][] targets,
      double[] weights,
      Limits limits,
      SplittableRandom random) {
    this.columns = columns;
    this.targets = targets;
    this.weights = weights;
    this.limits = limits;
    this.random = random;
  }

  /** Rows of each column in ascending order of its values. */
  static int[][] orders(double[][] columns, int rows) {
    return Arrays.stream(columns)
        .map(
            values ->
                IntStream.range(0, rows)
                    .boxed()
                    .sorted(Comparator.comparingDouble(row -> values[row]))
                    .mapToInt(Integer::intValue)
                    .toArray())
        .toArray(int[][]::new);
  }

  /**
   * Grows.
   *
   * @param orders of all rows, as {@link #orders} gives them
   */
  DecisionTree grow(int[][] orders) {
    int[][] taking =
        Arrays.stream(orders)
            .map(order -> Arrays.stream(order).filter(row -> weights[row] > 0).toArray())
            .toArray(int[][]::new);
    node(taking, 0);
    return new DecisionTree(
        column.stream().mapToInt(Integer::intValue).toArray(),
        threshold.stream().mapToDouble(Double::doubleValue).toArray(),
        left.stream().mapToInt(Integer::intValue).toArray(),
        right.stream().mapToInt(Integer::intValue).toArray(),
        means.toArray(double[][]::new));
  }

  private record Best(int column, double threshold, double gain) {}

  private int node(int[][] orders, int depth) {
    int[] rows = orders[0];
    double[] sums = new double[targets.length];
    double all = 0;
    for (int row : rows) {
      all += weights[row];
      for (int k = 0; k < sums.length; k++) {
        sums[k] += weights[row] * targets[k][row];
      }
    }
    int node = column.size();
    column.add(-1);
    threshold.add(0.0);
    left.add(0);
    right.add(0);
    double[] mean = new double[sums.length];
    for (int k = 0; k < mean.length; k++) {
      mean[k] = sums[k] / all;
    }
    means.add(mean);
    if (depth == limits.depth || rows.length < 2 * limits.minRows || isPure(rows)) {
      return node;
    }
    Best best = best(orders, mean, all);
    if (best == null) {
      return node;
    }
    double[] values = columns[best.column];
    int[][] lower = new int[orders.length][];
    int[][] upper = new int[orders.length][];
    for (int j = 0; j < orders.length; j++) {
      lower[j] = Arrays.stream(orders[j]).filter(row -> values[row] <= best.threshold).toArray();
      upper[j] = Arrays.stream(orders[j]).filter(row -> values[row] > best.threshold).toArray();
    }
    column.set(node, best.column);
    threshold.set(node, best.threshold);
    left.set(node, node(lower, depth + 1));
    right.set(node, node(upper, depth + 1));
    return node;
  }

  private boolean isPure(int[] rows) {
    for (double[] target : targets) {
      for (int row : rows) {
        if (target[row] != target[rows[0]]) {
          return false;
        }
      }
    }
    return true;
  }

  /** Sums are of deviations from the node's means, so that large labels keep their digits. */
  private @Nullable Best best(int[][] orders, double[] mean, double all) {
    Best best = null;
    for (int j : tried()) {
      int[] order = orders[j];
      double[] below = new double[mean.length];
      double weight = 0;
      for (int i = 0; i < order.length - 1; i++) {
        int row = order[i];
        weight += weights[row];
        for (int k = 0; k < below.length; k++) {
          below[k] += weights[row] * (targets[k][row] - mean[k]);
        }
        double value = columns[j][row];
        double next = columns[j][order[i + 1]];
        if (value == next || i + 1 < limits.minRows || order.length - i - 1 < limits.minRows) {
          continue;
        }
        double gain = 0;
        for (double sum : below) {
          gain += sum * sum * (1 / weight + 1 / (all - weight));
        }
        // Better by more than rounding: of equal splits the first is kept.
        if (gain > (best == null ? 1e-12 * all : best.gain * (1 + 1e-12))) {
          double middle = value + (next - value) / 2;
          best = new Best(j, middle < next ? middle : value, gain);
        }
      }
    }
    return best;
  }

  /** All columns, or random ones, ascending. */
  private int[] tried() {
    int[] all = IntStream.range(0, columns.length).toArray();
    if (limits.tried >= all.length) {
      return all;
    }
    for (int j = 0; j < limits.tried; j++) {
      int other = j + random.nextInt(all.length - j);
      int kept = all[j];
      all[j] = all[other];
      all[other] = kept;
    }
    return Arrays.stream(all, 0, limits.tried).sorted().toArray();
  }
}
