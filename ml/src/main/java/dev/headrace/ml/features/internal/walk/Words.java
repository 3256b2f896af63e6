package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Words between arrays and memory outside the heap, one by one. These methods are as small as they
 * can be, because small ones are compiled well; everything around them works on arrays.
 */
final class Words {
  private Words() {}

  /** Puts each value at its place. */
  static void put(MemorySegment to, long[] places, long[] values, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(JAVA_LONG, places[i], values[i]);
    }
  }

  /** Puts each value at its place. */
  static void put(MemorySegment to, int[] places, long[] values, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(JAVA_LONG, places[i], values[i]);
    }
  }

  /** Puts each number at its place. */
  static void put(MemorySegment to, long[] places, int[] values, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(JAVA_INT, places[i], values[i]);
    }
  }

  /** Takes the value at each place; 0 where a place is negative. */
  static void take(MemorySegment from, long[] places, int offset, long[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = places[i] < 0 ? 0 : from.getAtIndex(JAVA_LONG, places[i] + offset);
    }
  }

  /** Marks the numbers at some places with 1; places below 0 are none. */
  static void mark(MemorySegment numbers, int[] places, int count) {
    for (int i = 0; i < count; i++) {
      if (places[i] >= 0) {
        numbers.setAtIndex(JAVA_INT, places[i], 1);
      }
    }
  }

  /** Gives what is marked numbers from 1 up; tells how many there are. */
  static int number(MemorySegment marks) {
    int numbers = 0;
    long size = marks.byteSize() / Integer.BYTES;
    for (long i = 0; i < size; i++) {
      int mark = marks.getAtIndex(JAVA_INT, i);
      numbers += mark;
      marks.setAtIndex(JAVA_INT, i, mark * numbers);
    }
    return numbers;
  }

  /** Puts one less than the number at a place in its stead; places below 0 stay. */
  static void look(MemorySegment numbers, int[] places, int count) {
    for (int i = 0; i < count; i++) {
      if (places[i] >= 0) {
        places[i] = numbers.getAtIndex(JAVA_INT, places[i]) - 1;
      }
    }
  }

  static void fill(MemorySegment column, long value) {
    for (long i = 0; i < column.byteSize() / Long.BYTES; i++) {
      column.setAtIndex(JAVA_LONG, i, value);
    }
  }

  /**
   * Writes for each row 1 where a bit is not set, lowest first.
   *
   * @param begin a multiple of 64
   */
  static void present(long[] nulls, int bit, int count, MemorySegment to, int begin) {
    for (int i = 0; i < count; i += Long.SIZE) {
      long present = 0;
      for (int j = Math.min(count, i + Long.SIZE) - 1; j >= i; j--) {
        present = (present << 1) | ((~nulls[j] >>> bit) & 1);
      }
      to.set(JAVA_LONG, (begin + i) / Byte.SIZE, present);
    }
  }
}
