package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The times of one entity in ascending order, and room for what is added up along them: arrays that
 * are used again for each entity. For one thread.
 */
final class Scratch {
  /** What an entity's row takes of it, in bytes of the heap. */
  static final int BYTES_PER_ROW = 3 * Long.BYTES + 2 * Integer.BYTES;

  /** What it takes besides when running totals are asked for. */
  static final int TOTAL_BYTES_PER_ROW = Long.BYTES;

  private static final int FIRST_CAPACITY = 1 << 12;

  /** Below this, insertion beats counting digits. */
  private static final int FEW = 24;

  /** Digits of more bits need fewer passes, and more places to be counted at. */
  private static final int NARROW_DIGIT = 8;

  private static final int WIDE_DIGIT = 11;
  private static final int MANY = 1 << 12;

  private final int[] digits = new int[(1 << WIDE_DIGIT) + 1];
  private int count;
  private long[] times = new long[0];
  private int[] order = new int[0];
  private int[] spareOrder = new int[0];
  private long[] low = new long[0];
  private long[] high = new long[0];
  private long[] words = new long[0];

  int count() {
    return count;
  }

  /** Ascending. */
  long[] times() {
    return times;
  }

  /** Where each of them came among those of the entity, from 0; equal times in their order. */
  int[] order() {
    return order;
  }

  /** Room for a running total before each row and after the last: its lower 64 bits. */
  long[] low() {
    return low;
  }

  /** Its upper 64 bits. */
  long[] high() {
    if (high.length < times.length) {
      high = new long[times.length];
    }
    return high;
  }

  /** The words of the entity's rows in the order in which they came. */
  long[] words(MemorySegment source, long from) {
    MemorySegment.copy(source, JAVA_LONG, from * Long.BYTES, words, 0, count);
    return words;
  }

  /**
   * Takes times over and sorts them; running totals are gone.
   *
   * @param from place of the first
   */
  void sort(MemorySegment source, long from, int rows) {
    count = rows;
    reserve(rows + 1);
    MemorySegment.copy(source, JAVA_LONG, from * Long.BYTES, times, 0, rows);
    boolean sorted = true;
    long varying = 0;
    for (int i = 0; i < rows; i++) {
      order[i] = i;
      sorted &= i == 0 || times[i - 1] <= times[i];
      varying |= times[i] ^ times[0];
    }
    if (sorted) {
      return;
    }
    if (rows < FEW) {
      insert(rows);
    } else {
      byDigits(rows, varying);
    }
  }

  /** Whether any two times are equal. */
  boolean hasTies() {
    for (int i = 1; i < count; i++) {
      if (times[i - 1] == times[i]) {
        return true;
      }
    }
    return false;
  }

  private void insert(int rows) {
    for (int i = 1; i < rows; i++) {
      long time = times[i];
      int came = order[i];
      int to = i;
      for (; to > 0 && times[to - 1] > time; to--) {
        times[to] = times[to - 1];
        order[to] = order[to - 1];
      }
      times[to] = time;
      order[to] = came;
    }
  }

  /**
   * Least digit first, over the digits in which times differ.
   *
   * @param varying bits in which they do
   */
  private void byDigits(int rows, long varying) {
    int width = rows < MANY ? NARROW_DIGIT : WIDE_DIGIT;
    int mask = (1 << width) - 1;
    for (int shift = 0; shift < Long.SIZE; shift += width) {
      if (((varying >>> shift) & mask) != 0) {
        pass(times, order, low, spareOrder, rows, shift, mask, digits);
        long[] sortedTimes = low;
        low = times;
        times = sortedTimes;
        int[] sortedOrder = spareOrder;
        spareOrder = order;
        order = sortedOrder;
      }
    }
  }

  private static void pass(
      long[] times,
      int[] order,
      long[] toTimes,
      int[] toOrder,
      int rows,
      int shift,
      int mask,
      int[] places) {
    Arrays.fill(places, 0, mask + 2, 0);
    for (int i = 0; i < rows; i++) {
      places[digit(times[i], shift, mask) + 1]++;
    }
    for (int d = 1; d <= mask; d++) {
      places[d] += places[d - 1];
    }
    for (int i = 0; i < rows; i++) {
      int place = places[digit(times[i], shift, mask)]++;
      toTimes[place] = times[i];
      toOrder[place] = order[i];
    }
  }

  /** Times before 1970 come first: their sign is turned. */
  private static int digit(long time, int shift, int mask) {
    return (int) ((time ^ Long.MIN_VALUE) >>> shift) & mask;
  }

  private void reserve(int wanted) {
    if (times.length < wanted) {
      int capacity = Math.max(FIRST_CAPACITY, wanted);
      times = new long[capacity];
      low = new long[capacity];
      words = new long[capacity];
      order = new int[capacity];
      spareOrder = new int[capacity];
    }
  }
}
