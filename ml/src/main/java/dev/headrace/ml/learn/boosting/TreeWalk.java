package dev.headrace.ml.learn.boosting;

import dev.headrace.ml.learn.frame.Design;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks trees without a branch per node: several trees are walked side by side, so that the
 * processor neither waits for each nor guesses where it goes.
 *
 * <p>Splits of texts by sets become splits of numbers ({@link SetColumns}). Numbers are compared as
 * integers of the same order, a missing one being the least; children lie side by side; and a leaf
 * is its own child, so that every walk of a tree takes as many steps as the tree is deep. Leaves
 * are added in the order of the trees in single precision: the sums are those of the plain walk,
 * bit for bit.
 */
final class TreeWalk {
  /** Rows that are brought into ordered form at once. */
  private static final int BLOCK = 64;

  /** Numbers that are; of wide rows fewer are, so that they stay in a near cache. */
  private static final int BLOCK_NUMBERS = 1 << 14;

  static final int MISSING = Integer.MIN_VALUE;
  private static final int MOST_AHEAD = 0xffff;
  private static final int LAST_COLUMN = 0x7fff;

  private final int[] root;
  private final int[] depth;

  /**
   * By node: the number less one in the upper half; then in 15 bits the column, a bit that is set
   * where missing numbers go right, and in 16 bits how far on the left child is.
   */
  private final long[] nodes;

  /** Of a leaf. */
  private final float[] weight;

  private final SetColumns sets;

  private TreeWalk(int[] root, int[] depth, long[] nodes, float[] weight, SetColumns sets) {
    this.root = root;
    this.depth = depth;
    this.nodes = nodes;
    this.weight = weight;
    this.sets = sets;
  }

  /**
   * Lays trees out anew.
   *
   * @param sets that trees are split by
   * @param old roots of the trees
   * @return null where a tree has too many nodes, or there are too many columns, for the layout
   */
  static @Nullable TreeWalk of(TreeEnsemble trees, SetColumns sets, int[] old) {
    int count = trees.nodes();
    int[] root = new int[old.length];
    int[] depth = new int[old.length];
    long[] nodes = new long[count];
    float[] weight = new float[count];
    int[] queue = new int[count];
    int at = 0;
    for (int t = 0; t < old.length; t++) {
      root[t] = at;
      depth[t] = trees.depth(old[t]);
      queue[at] = old[t];
      int end = at + 1;
      // By breadth: the children of a node are put side by side at the end.
      for (; at < end; at++) {
        int node = queue[at];
        boolean leaf = trees.isLeaf(node);
        BitSet codes = leaf ? null : trees.codes(node);
        int column =
            leaf ? 0 : codes == null ? trees.column(node) : sets.place(trees.column(node), codes);
        float least = codes == null ? trees.weight(node) : SetColumns.BETWEEN;
        if (!leaf && (end - at > MOST_AHEAD || column > LAST_COLUMN)) {
          return null;
        }
        nodes[at] =
            leaf
                ? (long) Integer.MAX_VALUE << 32
                : (ordered(least) - 1L) << 32
                    | (long) column << 17
                    | (trees.missingGoesLeft(node) ? 0 : 1L << 16)
                    | (end - at);
        weight[at] = leaf ? trees.weight(node) : 0;
        if (!leaf) {
          queue[end++] = trees.left(node);
          queue[end++] = trees.right(node);
        }
      }
    }
    return new TreeWalk(root, depth, Arrays.copyOf(nodes, at), Arrays.copyOf(weight, at), sets);
  }

  /** The sum of the leaves of a row, NaN where a number or a code is missing. */
  float sum(float[] row) {
    int[] ordered = new int[sets.width()];
    for (int j = 0; j < sets.before(); j++) {
      ordered[j] = ordered(row[j]);
    }
    for (int k = 0; k < sets.split(); k++) {
      sets.fill(k, row[sets.column(k)], ordered, 0);
    }
    return sum(ordered, 0);
  }

  /**
   * An integer that is greater where the number is; both zeros are one, the least is missing, and
   * the greatest no number.
   */
  static int ordered(float x) {
    int bits = Float.floatToRawIntBits(x + 0.0f);
    return Float.isNaN(x) ? MISSING : bits ^ ((bits >> 31) & 0x7fffffff);
  }

  /** The left child, or the one after it where x >= t, or x is missing and those go right. */
  private int step(int node, int[] rows, int from) {
    long packed = nodes[node];
    int column = (int) packed >>> 16;
    int x = rows[from + (column >> 1)];
    int isAtLeast = (int) (((packed >> 32) - x) >>> 63);
    int isMissing = (int) ((x - (MISSING + 1L)) >>> 63);
    return node + ((int) packed & 0xffff) + (isAtLeast | (isMissing & column));
  }

  /** The same of a row without missing numbers. */
  private int stepPresent(int node, int[] rows, int from) {
    long packed = nodes[node];
    int isAtLeast = (int) (((packed >> 32) - rows[from + ((int) packed >>> 17)]) >>> 63);
    return node + ((int) packed & 0xffff) + isAtLeast;
  }

  /**
   * The sum of the leaves of one row; four trees are walked side by side.
   *
   * @param rows numbers in ordered form
   * @param from where the row begins among them
   */
  private float sum(int[] rows, int from) {
    float sum = 0;
    int t = 0;
    for (; t + 4 <= root.length; t += 4) {
      int a = root[t];
      int b = root[t + 1];
      int c = root[t + 2];
      int d = root[t + 3];
      int deep = Math.max(Math.max(depth[t], depth[t + 1]), Math.max(depth[t + 2], depth[t + 3]));
      for (int k = 0; k < deep; k++) {
        a = step(a, rows, from);
        b = step(b, rows, from);
        c = step(c, rows, from);
        d = step(d, rows, from);
      }
      sum += weight[a];
      sum += weight[b];
      sum += weight[c];
      sum += weight[d];
    }
    for (; t < root.length; t++) {
      int node = root[t];
      for (int k = 0; k < depth[t]; k++) {
        node = step(node, rows, from);
      }
      sum += weight[node];
    }
    return sum;
  }

  /**
   * The sums of the leaves of rows.
   *
   * @param sums takes them, one per row; what stands there is not looked at
   */
  void sums(Design design, float[] sums) {
    int width = sets.width();
    int most = Math.clamp(BLOCK_NUMBERS / Math.max(1, width), 1, BLOCK);
    int[] block = new int[Math.min(most, sums.length) * width];
    for (int start = 0; start < sums.length; start += most) {
      int rows = Math.min(most, sums.length - start);
      int least = Integer.MAX_VALUE;
      for (int j = 0; j < sets.before(); j++) {
        double[] values = design.columns().get(j).values();
        for (int i = 0; i < rows; i++) {
          int x = ordered((float) values[start + i]);
          least = Math.min(least, x);
          block[i * width + j] = x;
        }
      }
      for (int k = 0; k < sets.split(); k++) {
        double[] codes = design.columns().get(sets.column(k)).values();
        for (int i = 0; i < rows; i++) {
          sets.fill(k, (float) codes[start + i], block, i * width);
        }
      }
      if (least == MISSING) {
        for (int i = 0; i < rows; i++) {
          sums[start + i] = sum(block, i * width);
        }
      } else {
        sumsPresent(block, width, sums, start, rows);
      }
    }
  }

  /**
   * The sums of rows without missing numbers: all of them through four trees, which stay in the
   * nearest cache, then through the next four.
   */
  private void sumsPresent(int[] block, int width, float[] sums, int start, int rows) {
    Arrays.fill(sums, start, start + rows, 0);
    int t = 0;
    for (; t + 4 <= root.length; t += 4) {
      int deep = Math.max(Math.max(depth[t], depth[t + 1]), Math.max(depth[t + 2], depth[t + 3]));
      for (int i = 0; i < rows; i++) {
        int from = i * width;
        int a = root[t];
        int b = root[t + 1];
        int c = root[t + 2];
        int d = root[t + 3];
        for (int k = 0; k < deep; k++) {
          a = stepPresent(a, block, from);
          b = stepPresent(b, block, from);
          c = stepPresent(c, block, from);
          d = stepPresent(d, block, from);
        }
        float sum = sums[start + i];
        sum += weight[a];
        sum += weight[b];
        sum += weight[c];
        sum += weight[d];
        sums[start + i] = sum;
      }
    }
    for (; t < root.length; t++) {
      for (int i = 0; i < rows; i++) {
        int node = root[t];
        for (int k = 0; k < depth[t]; k++) {
          node = stepPresent(node, block, i * width);
        }
        sums[start + i] += weight[node];
      }
    }
  }
}
