package dev.headrace.ml.learn.boosting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Splits of texts by sets, as columns of numbers: for every set that a column is split by there is
 * one, 1 where the row's code goes right, 0 where it goes left, missing where the text is. They
 * stand behind the columns that rows have, and what a code holds in all of its columns is copied at
 * once.
 */
final class SetColumns {
  /** Codes times columns beyond which the tables would be larger than the caches. */
  private static final long MOST_CELLS = 1L << 20;

  /** What goes right, in ordered form. */
  private static final int RIGHT = TreeWalk.ordered(1);

  private static final int LEFT = TreeWalk.ordered(0);

  /** What splits between the two. */
  static final float BETWEEN = 0.5f;

  /** How many columns of rows there are before these. */
  private final int before;

  private final int width;
  private final List<OfColumn> columns;
  private final Map<Integer, Map<BitSet, Integer>> places;

  /**
   * The columns of one that is split.
   *
   * @param first the place of the first among all
   * @param byCode what each code holds; codes beyond go left
   * @param other what all others hold
   * @param missing what a missing text holds
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record OfColumn(int column, int first, int[][] byCode, int[] other, int[] missing) {
    int[] cells(float code) {
      return Float.isNaN(code)
          ? missing
          : code >= 0 && (int) code < byCode.length ? byCode[(int) code] : other;
    }
  }

  private SetColumns(
      int before, int width, List<OfColumn> columns, Map<Integer, Map<BitSet, Integer>> places) {
    this.before = before;
    this.width = width;
    this.columns = columns;
    this.places = places;
  }

  /** Those of trees; null where there are too many. */
  static @Nullable SetColumns of(TreeEnsemble trees) {
    SortedMap<Integer, Map<BitSet, Integer>> sets = new TreeMap<>();
    int before = 0;
    for (int node = 0; node < trees.nodes(); node++) {
      if (!trees.isLeaf(node)) {
        before = Math.max(before, trees.column(node) + 1);
        BitSet codes = trees.codes(node);
        if (codes != null) {
          sets.computeIfAbsent(trees.column(node), _ -> new LinkedHashMap<>())
              .putIfAbsent(codes, -1);
        }
      }
    }
    List<OfColumn> columns = new ArrayList<>();
    int width = before;
    long cells = 0;
    for (Map.Entry<Integer, Map<BitSet, Integer>> split : sets.entrySet()) {
      List<BitSet> of = List.copyOf(split.getValue().keySet());
      int codes = of.stream().mapToInt(BitSet::length).max().orElse(0);
      cells += (long) codes * of.size();
      if (cells > MOST_CELLS) {
        return null;
      }
      int first = width;
      for (BitSet set : of) {
        split.getValue().put(set, width++);
      }
      columns.add(
          new OfColumn(
              split.getKey(),
              first,
              table(of, codes),
              filled(of.size(), LEFT),
              filled(of.size(), TreeWalk.MISSING)));
    }
    return new SetColumns(before, width, columns, sets);
  }

  private static int[][] table(List<BitSet> sets, int codes) {
    int[][] byCode = new int[codes][sets.size()];
    for (int code = 0; code < codes; code++) {
      for (int k = 0; k < sets.size(); k++) {
        byCode[code][k] = sets.get(k).get(code) ? RIGHT : LEFT;
      }
    }
    return byCode;
  }

  private static int[] filled(int length, int with) {
    int[] filled = new int[length];
    Arrays.fill(filled, with);
    return filled;
  }

  /** Columns of rows that are split at all, from the first to the last. */
  int before() {
    return before;
  }

  /** All columns together. */
  int width() {
    return width;
  }

  /** The column that stands for a split by a set. */
  int place(int column, BitSet codes) {
    return places.getOrDefault(column, Map.of()).getOrDefault(codes, -1);
  }

  /** Number of columns that are split by sets. */
  int split() {
    return columns.size();
  }

  /** The column of rows that is split, by its place among those that are. */
  int column(int place) {
    return columns.get(place).column;
  }

  /**
   * Fills the columns of one that is split, for one row.
   *
   * @param place of that among those that are split
   * @param code of the row; NaN where its text is missing
   * @param row where the row begins in {@code into}
   */
  void fill(int place, float code, int[] into, int row) {
    OfColumn of = columns.get(place);
    int[] cells = of.cells(code);
    System.arraycopy(cells, 0, into, row + of.first, cells.length);
  }

  /**
   * The same for rows that lie column by column.
   *
   * @param start the first of the rows among {@code codes}
   * @param into by column, then by row
   */
  void fill(int place, double[] codes, int start, int rows, int[][] into) {
    OfColumn of = columns.get(place);
    int[][] cells = new int[rows][];
    for (int i = 0; i < rows; i++) {
      cells[i] = of.cells((float) codes[start + i]);
    }
    for (int k = 0; k < of.other.length; k++) {
      int[] column = into[of.first + k];
      for (int i = 0; i < rows; i++) {
        column[i] = cells[i][k];
      }
    }
  }
}
