package dev.headrace.ml.learn.clusters;

import java.util.Arrays;

/**
 * Rows in boxes within boxes, each as tight as its rows allow (Bentley 1975, Multidimensional
 * Binary Search Trees; Friedman, Bentley, Finkel 1977). A box is parted in the middle of its rows,
 * across its longest side.
 *
 * <p>How far a row is from a box is rounded as distances of rows are, so it is never more than the
 * distance from any row within: searches are exact to the last bit.
 */
final class KdTree {
  private static final int LEAF = 12;

  private final double[][] rows;
  private final int width;
  private final int[] order;
  private final double[] inOrder;
  private final int[] from;
  private final int[] to;
  private final int[] right;
  private final double[] lows;
  private final double[] highs;
  private int nodes;

  /**
   * Builds the tree, in n log n steps.
   *
   * @param rows at least one, all of the same length; not copied and not to be changed
   */
  KdTree(double[][] rows) {
    this.rows = rows;
    this.width = rows[0].length;
    this.order = new int[rows.length];
    Arrays.setAll(order, i -> i);
    int most = Math.max(1, 4 * (rows.length / LEAF + 1));
    this.from = new int[most];
    this.to = new int[most];
    this.right = new int[most];
    this.lows = new double[most * width];
    this.highs = new double[most * width];
    build(0, rows.length);
    this.inOrder = new double[rows.length * width];
    for (int place = 0; place < order.length; place++) {
      System.arraycopy(rows[order[place]], 0, inOrder, place * width, width);
    }
  }

  /** What a search is after. */
  interface Search {
    /**
     * Whether to look into a box.
     *
     * @param squared distance of the box, at most that of any row within
     */
    boolean wants(int node, double squared);

    /** Is shown a row. */
    void see(int row, double squared);
  }

  /** Shows a search rows near a place before those that are farther away, box by box. */
  void search(double[] place, Search search) {
    search(0, squared(place, 0), place, search);
  }

  private void search(int node, double squared, double[] place, Search search) {
    if (!search.wants(node, squared)) {
      return;
    }
    if (right[node] == 0) {
      for (int at = from[node]; at < to[node]; at++) {
        search.see(order[at], squaredOf(place, at));
      }
      return;
    }
    double one = squared(place, node + 1);
    double other = squared(place, right[node]);
    if (one <= other) {
      search(node + 1, one, place, search);
      search(right[node], other, place, search);
    } else {
      search(right[node], other, place, search);
      search(node + 1, one, place, search);
    }
  }

  /** The rows it was built of. */
  double[][] rows() {
    return rows;
  }

  /** The rows in the order of their boxes: those that lie together follow each other. */
  int[] order() {
    return order;
  }

  int nodes() {
    return nodes;
  }

  /** What the boxes know of their rows. */
  interface Gathering {
    /** Gathers over rows {@code order()[from]} to {@code order()[to - 1]}. */
    void leaf(int node, int from, int to);

    /** Gathers over two boxes. */
    void parts(int node, int one, int other);
  }

  /** Gathers over all boxes, the inner ones first. */
  void gather(Gathering gathering) {
    for (int node = nodes - 1; node >= 0; node--) {
      if (right[node] == 0) {
        gathering.leaf(node, from[node], to[node]);
      } else {
        gathering.parts(node, node + 1, right[node]);
      }
    }
  }

  /** From a box. */
  private double squared(double[] place, int node) {
    double sum = 0;
    int at = node * width;
    for (int j = 0; j < width; j++) {
      double step = Math.max(0, Math.max(lows[at + j] - place[j], place[j] - highs[at + j]));
      sum += step * step;
    }
    return sum;
  }

  /** From a row: the arithmetic of {@link Points#squared}. */
  private double squaredOf(double[] place, int at) {
    double sum = 0;
    int first = at * width;
    for (int j = 0; j < width; j++) {
      double step = place[j] - inOrder[first + j];
      sum += step * step;
    }
    return sum;
  }

  private int build(int begin, int end) {
    int node = nodes++;
    from[node] = begin;
    to[node] = end;
    int side = bound(node);
    if (end - begin > LEAF) {
      int middle = (begin + end) >>> 1;
      part(begin, end - 1, middle, side);
      build(begin, middle);
      right[node] = build(middle, end);
    }
    return node;
  }

  /** Draws the box and tells its longest side. */
  private int bound(int node) {
    int at = node * width;
    Arrays.fill(lows, at, at + width, Double.POSITIVE_INFINITY);
    Arrays.fill(highs, at, at + width, Double.NEGATIVE_INFINITY);
    for (int i = from[node]; i < to[node]; i++) {
      double[] row = rows[order[i]];
      for (int j = 0; j < width; j++) {
        lows[at + j] = Math.min(lows[at + j], row[j]);
        highs[at + j] = Math.max(highs[at + j], row[j]);
      }
    }
    int longest = 0;
    for (int j = 1; j < width; j++) {
      longest =
          highs[at + j] - lows[at + j] > highs[at + longest] - lows[at + longest] ? j : longest;
    }
    return longest;
  }

  /** Puts no row after the middle that is less than one before it (Hoare 1961). */
  private void part(int begin, int end, int middle, int side) {
    int low = begin;
    int high = end;
    while (low < high) {
      double pivot = rows[order[(low + high) >>> 1]][side];
      int i = low;
      int j = high;
      while (i <= j) {
        while (rows[order[i]][side] < pivot) {
          i++;
        }
        while (rows[order[j]][side] > pivot) {
          j--;
        }
        if (i <= j) {
          int row = order[i];
          order[i++] = order[j];
          order[j--] = row;
        }
      }
      if (middle <= j) {
        high = j;
      } else if (middle >= i) {
        low = i;
      } else {
        return;
      }
    }
  }
}
