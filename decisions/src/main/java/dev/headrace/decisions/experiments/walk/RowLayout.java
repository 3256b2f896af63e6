package dev.headrace.decisions.experiments.walk;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where a unit's moment of exposure and its totals lie, each total in 1, 2, 4 or 8 bytes.
 * Everything is read and written by words of eight bytes, without a branch on a total's width:
 * columns of all widths are met in no order, which no processor foresees.
 */
final class RowLayout {
  private static final ValueLayout.OfLong WORD =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes that memory is read in. */
  private static final int LINE = 64;

  /** Where the word begins of which a column's bytes are the last. */
  private final int[] words;

  /** Bits of that word before the column's. */
  private final int[] shifts;

  private final int[] ends;
  private final int[] columnAt;
  private final int rowBytes;

  /**
   * @param widths bytes of each column
   */
  RowLayout(int[] widths) {
    words = new int[widths.length];
    shifts = new int[widths.length];
    ends = new int[widths.length];
    columnAt = new int[Long.BYTES + IntStream.of(widths).sum()];
    int end = Long.BYTES; // The moment of exposure, which every row is compared with.
    for (int c = 0; c < widths.length; c++) {
      Arrays.fill(columnAt, end, end + widths[c], c);
      end += widths[c];
      ends[c] = end;
      words[c] = end - Long.BYTES;
      shifts[c] = Long.SIZE - widths[c] * Byte.SIZE;
    }
    rowBytes = end;
  }

  int rowBytes() {
    return rowBytes;
  }

  /** Whether a total is one of so many bytes. */
  static boolean fits(long total, int width) {
    int free = Long.SIZE - width * Byte.SIZE;
    return total << free >> free == total;
  }

  long exposed(MemorySegment rows, int row) {
    return rows.get(WORD, (long) row * rowBytes);
  }

  void expose(MemorySegment rows, int row, long moment) {
    rows.set(WORD, (long) row * rowBytes, moment);
  }

  long read(MemorySegment rows, int row, int column) {
    return rows.get(WORD, (long) row * rowBytes + words[column]) >> shifts[column];
  }

  /**
   * @param total that fits
   */
  void write(MemorySegment rows, int row, int column, long total) {
    long at = (long) row * rowBytes + words[column];
    int shift = shifts[column];
    long others = rows.get(WORD, at) & ~(-1L << shift);
    rows.set(WORD, at, total << shift | others);
  }

  /** Reads something of each piece of memory that a row is in; gives some number. */
  long touch(MemorySegment rows, int row) {
    long read = 0;
    for (int at = 0; at < rowBytes; at += LINE) {
      read += rows.get(WORD, (long) row * rowBytes + Math.min(at, rowBytes - Long.BYTES));
    }
    return read;
  }

  /**
   * Tells in which columns two rows differ.
   *
   * @param into where they go, in ascending order
   * @return how many they are
   */
  int differing(MemorySegment rows, int row, MemorySegment others, int other, int[] into) {
    int count = 0;
    int next = Long.BYTES; // The first byte of which nothing has been said.
    for (int from = next; from < rowBytes; from += Long.BYTES) {
      int at = Math.min(from, rowBytes - Long.BYTES);
      long differs =
          rows.get(WORD, (long) row * rowBytes + at)
              ^ others.get(WORD, (long) other * rowBytes + at);
      differs = without(differs, next - at);
      while (differs != 0) {
        int column = columnAt[at + Long.numberOfTrailingZeros(differs) / Byte.SIZE];
        into[count++] = column;
        next = ends[column];
        differs = without(differs, next - at);
      }
    }
    return count;
  }

  /** A word without its first bytes. */
  private static long without(long word, int bytes) {
    if (bytes >= Long.BYTES) {
      return 0;
    }
    int bits = Math.max(0, bytes) * Byte.SIZE;
    return word >>> bits << bits;
  }
}
