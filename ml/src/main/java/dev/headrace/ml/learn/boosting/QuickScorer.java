package dev.headrace.ml.learn.boosting;

import dev.headrace.ml.learn.frame.Design;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scores many rows side by side without walking a tree.
 *
 * <p>The leaves of a tree are bits, from left to right, and a row begins with all of them. A split
 * at which it goes right takes away the leaves on its left, whether the row would have come there
 * or not; the first leaf that stays is the row's. So each split is one loop over rows in which
 * nothing depends on anything and nobody guesses: the compiler makes it one of vectors. Leaves are
 * added in the order of the trees in single precision: the sums are those of the plain walk, bit
 * for bit.
 *
 * <p>Lucchese, Nardini, Orlando, Perego, Tonellotto, Venturini (2015), QuickScorer: A Fast
 * Algorithm to Rank Documents with Additive Ensembles of Regression Trees, SIGIR. There one row
 * goes by its features; here many go tree by tree.
 */
final class QuickScorer {
  /** Fewer are walked: a loop of vectors has to be long to be worth its beginning and its end. */
  static final int FEWEST_ROWS = 128;

  /** Rows that are scored at once. */
  private static final int BLOCK = 512;

  /** Numbers that are; of wide rows fewer are, so that they stay in a near cache. */
  private static final int BLOCK_NUMBERS = 1 << 17;

  /** Of a tree: those of two words. A walk is as fast where there are more. */
  private static final int MOST_LEAVES = 64;

  private final SetColumns sets;

  /** Columns that come once more behind all others, a missing number being the greatest there. */
  private final int[] mirrored;

  /** Where the splits of a tree begin: those that take leaves of its first word, of its second. */
  private final int[] first;

  /** Of a split. */
  private final int[] column;

  /** In ordered form. */
  private final int[] threshold;

  /** Leaves that stay where a row goes right. */
  private final int[] keep;

  /** Where the leaves of a tree begin. */
  private final int[] firstLeaf;

  private final float[] weight;

  private QuickScorer(Layout layout) {
    this.sets = layout.sets;
    this.mirrored = layout.mirrored.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.first = layout.first.stream().mapToInt(Integer::intValue).toArray();
    this.column = layout.splits.stream().mapToInt(Split::column).toArray();
    this.threshold = layout.splits.stream().mapToInt(Split::threshold).toArray();
    this.keep = layout.splits.stream().mapToInt(Split::keep).toArray();
    this.firstLeaf = layout.firstLeaf.stream().mapToInt(Integer::intValue).toArray();
    this.weight = new float[layout.weights.size()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = layout.weights.get(i);
    }
  }

  /**
   * Lays trees out.
   *
   * @param sets that trees are split by
   * @param roots of the trees
   * @return null where a tree has too many leaves, or rows are so wide that few are scored at once
   */
  static @Nullable QuickScorer of(TreeEnsemble trees, SetColumns sets, int[] roots) {
    Layout layout = new Layout(trees, sets);
    for (int root : roots) {
      if (!layout.add(root)) {
        return null;
      }
    }
    QuickScorer made = new QuickScorer(layout);
    return BLOCK_NUMBERS / Math.max(1, made.width()) < FEWEST_ROWS ? null : made;
  }

  /** Columns of a block. */
  private int width() {
    return sets.width() + mirrored.length;
  }

  private record Split(int column, int threshold, int keep) {}

  private static final class Layout {
    private final TreeEnsemble trees;
    private final SetColumns sets;
    private final Map<Integer, Integer> mirrored = new LinkedHashMap<>();
    private final List<Integer> first = new ArrayList<>();
    private final List<Split> splits = new ArrayList<>();
    private final List<Integer> firstLeaf = new ArrayList<>();
    private final List<Float> weights = new ArrayList<>();
    private final List<Split> ofSecondWord = new ArrayList<>();

    Layout(TreeEnsemble trees, SetColumns sets) {
      this.trees = trees;
      this.sets = sets;
      first.add(0);
    }

    boolean add(int root) {
      int leaf = weights.size();
      firstLeaf.add(leaf);
      addBeneath(root, leaf);
      first.add(splits.size());
      splits.addAll(ofSecondWord);
      ofSecondWord.clear();
      first.add(splits.size());
      return weights.size() - leaf <= MOST_LEAVES;
    }

    private void addBeneath(int node, int leaf) {
      if (trees.isLeaf(node)) {
        weights.add(trees.weight(node));
        return;
      }
      int from = weights.size() - leaf;
      addBeneath(trees.left(node), leaf);
      int to = weights.size() - leaf;
      int threshold =
          TreeWalk.ordered(trees.codes(node) == null ? trees.weight(node) : SetColumns.BETWEEN);
      addWord(splits, node, threshold, from, Math.min(to, Integer.SIZE));
      addWord(ofSecondWord, node, threshold, Math.max(from - 32, 0), Math.min(to, 64) - 32);
      addBeneath(trees.right(node), leaf);
    }

    private void addWord(List<Split> of, int node, int threshold, int from, int to) {
      if (from < to) {
        int taken = (-1 << from) & (-1 >>> (Integer.SIZE - to));
        of.add(new Split(column(node), threshold, ~taken));
      }
    }

    private int column(int node) {
      var codes = trees.codes(node);
      int column = codes == null ? trees.column(node) : sets.place(trees.column(node), codes);
      return trees.missingGoesLeft(node)
          ? column
          : mirrored.computeIfAbsent(column, _ -> sets.width() + mirrored.size());
    }
  }

  /**
   * The sums of the leaves of rows.
   *
   * @param sums takes them, one per row; what stands there is not looked at
   */
  void sums(Design design, float[] sums) {
    int most = Math.min(sums.length, Math.min(BLOCK_NUMBERS / Math.max(1, width()), BLOCK));
    int[][] block = new int[width()][most];
    int[] leaves = new int[most];
    int[] more = new int[most];
    Arrays.fill(sums, 0);
    for (int start = 0; start < sums.length; start += most) {
      int rows = Math.min(most, sums.length - start);
      fill(block, design, start, rows);
      for (int t = 0; t < firstLeaf.length; t++) {
        int second = first[2 * t + 1];
        int end = first[2 * t + 2];
        reach(leaves, rows, block, first[2 * t], second);
        if (second == end) {
          add(leaves, rows, firstLeaf[t], sums, start);
        } else {
          reach(more, rows, block, second, end);
          add(leaves, more, rows, firstLeaf[t], sums, start);
        }
      }
    }
  }

  private void fill(int[][] block, Design design, int start, int rows) {
    for (int j = 0; j < sets.before(); j++) {
      double[] values = design.columns().get(j).values();
      int[] into = block[j];
      for (int i = 0; i < rows; i++) {
        into[i] = TreeWalk.ordered((float) values[start + i]);
      }
    }
    for (int k = 0; k < sets.split(); k++) {
      sets.fill(k, design.columns().get(sets.column(k)).values(), start, rows, block);
    }
    for (int k = 0; k < mirrored.length; k++) {
      int[] from = block[mirrored[k]];
      int[] into = block[sets.width() + k];
      for (int i = 0; i < rows; i++) {
        into[i] = from[i] == TreeWalk.MISSING ? Integer.MAX_VALUE : from[i];
      }
    }
  }

  /** The leaves that splits leave to rows. */
  private void reach(int[] leaves, int rows, int[][] block, int from, int to) {
    Arrays.fill(leaves, 0, rows, -1);
    for (int s = from; s < to; s++) {
      take(leaves, rows, block[column[s]], threshold[s], keep[s]);
    }
  }

  /**
   * One split. A number is brought to the threshold or the one before it, which cannot overflow:
   * the difference is all bits, where it goes left, or none.
   */
  private static void take(int[] leaves, int rows, int[] numbers, int threshold, int keep) {
    for (int i = 0; i < rows; i++) {
      int isBelow = Math.max(Math.min(numbers[i], threshold), threshold - 1) - threshold;
      leaves[i] &= isBelow | keep;
    }
  }

  /** Of one word; where no bit of it stays, a 33rd leaf comes after 32 zeros. */
  private void add(int[] leaves, int rows, int leaf, float[] sums, int start) {
    for (int i = 0; i < rows; i++) {
      sums[start + i] += weight[leaf + Integer.numberOfTrailingZeros(leaves[i])];
    }
  }

  private void add(int[] leaves, int[] more, int rows, int leaf, float[] sums, int start) {
    for (int i = 0; i < rows; i++) {
      long all = ((long) more[i] << Integer.SIZE) | (leaves[i] & 0xffff_ffffL);
      sums[start + i] += weight[leaf + Long.numberOfTrailingZeros(all)];
    }
  }
}
