package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Numbers from 0 up for whole numbers, in the order in which they are first seen: open addressing
 * with linear probing, outside the heap. For one thread.
 */
final class LongIds implements AutoCloseable {
  private static final int FIRST_CAPACITY = 1 << 10;

  /** A free place says 0, others their number plus one. */
  private static final int FREE = 0;

  private Arena arena = Arena.ofConfined();
  private int capacity = FIRST_CAPACITY;
  private MemorySegment keys = arena.allocate(JAVA_LONG, capacity);
  private MemorySegment ids = arena.allocate(JAVA_INT, capacity);
  private int size;

  int size() {
    return size;
  }

  /** The number of a key; -1 where it has none. */
  int find(long key) {
    return ids.getAtIndex(JAVA_INT, place(key)) - 1;
  }

  /** The number of a key, a new one where it has none. */
  int add(long key) {
    int place = place(key);
    int id = ids.getAtIndex(JAVA_INT, place);
    if (id != FREE) {
      return id - 1;
    }
    keys.setAtIndex(JAVA_LONG, place, key);
    ids.setAtIndex(JAVA_INT, place, ++size);
    if (size > capacity / 2) {
      grow();
    }
    return size - 1;
  }

  /** Where a key is, or where it would be. */
  private int place(long key) {
    int mask = capacity - 1;
    int place = (int) (mix(key) >>> 32) & mask;
    while (ids.getAtIndex(JAVA_INT, place) != FREE && keys.getAtIndex(JAVA_LONG, place) != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  /** Of neighbouring keys as of multiples, the upper half is spread evenly. */
  private static long mix(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    mixed ^= mixed >>> 32;
    return mixed * 0xD6E8FEB86659FD93L;
  }

  private void grow() {
    if (capacity >= 1 << 30) {
      throw new IllegalStateException("too many entities: " + size);
    }
    int oldCapacity = capacity;
    MemorySegment oldKeys = keys;
    MemorySegment oldIds = ids;
    try (Arena _ = arena) {
      arena = Arena.ofConfined();
      capacity *= 2;
      keys = arena.allocate(JAVA_LONG, capacity);
      ids = arena.allocate(JAVA_INT, capacity);
      for (int i = 0; i < oldCapacity; i++) {
        int id = oldIds.getAtIndex(JAVA_INT, i);
        if (id != FREE) {
          long key = oldKeys.getAtIndex(JAVA_LONG, i);
          int place = place(key);
          keys.setAtIndex(JAVA_LONG, place, key);
          ids.setAtIndex(JAVA_INT, place, id);
        }
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
