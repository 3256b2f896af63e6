package dev.headrace.ml.learn.frame;

import java.util.List;

/**
 * The order of rows by columns of numbers, the first column first, NaN last: what {@code order by}
 * gives of numbers that are never minus zero.
 */
public final class RowOrder {
  private static final int DIGIT = 1 << 16;

  private RowOrder() {}

  /** Whether each row is above the one before, so that no two are equal. */
  public static boolean ascends(List<double[]> columns, int rows) {
    for (int i = 1; i < rows; i++) {
      if (compare(columns, i - 1, i) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static int compare(List<double[]> columns, int one, int other) {
    for (double[] column : columns) {
      int order = Double.compare(column[one], column[other]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /**
   * Numbers of the rows, the least first; rows that are equal stay as they lie. Sorted digit by
   * digit, the last column first.
   */
  public static int[] of(List<double[]> columns, int rows) {
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    for (double[] column : columns.reversed()) {
      order = sorted(column, order);
    }
    return order;
  }

  private static int[] sorted(double[] column, int[] order) {
    int[] from = order;
    int[] to = new int[order.length];
    for (int shift = 0; shift < Long.SIZE; shift += 16) {
      int[] at = new int[DIGIT + 1];
      for (double number : column) {
        at[digit(number, shift) + 1]++;
      }
      if (at[digit(column.length == 0 ? 0 : column[0], shift) + 1] == column.length) {
        continue; // All the same: nothing moves.
      }
      for (int d = 0; d < DIGIT; d++) {
        at[d + 1] += at[d];
      }
      for (int row : from) {
        to[at[digit(column[row], shift)]++] = row;
      }
      int[] free = from;
      from = to;
      to = free;
    }
    return from;
  }

  /** Sixteen bits of a number, as one whose bits are in the order of numbers. */
  private static int digit(double number, int shift) {
    long bits = Double.doubleToLongBits(number);
    return (int) ((bits ^ (bits >> 63 | Long.MIN_VALUE)) >>> shift) & (DIGIT - 1);
  }
}
