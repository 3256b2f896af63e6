package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Numbers from 0 up for whole numbers, in the order in which they are first seen: open addressing
 * with linear probing, outside the heap. One thread adds; any number of threads may find
 * afterwards. Keys that lie close together, as those of a sequence do, get a place each then.
 */
final class LongIds implements AutoCloseable {
  private static final int FIRST_CAPACITY = 1 << 10;

  /** A place has a key and beside it its number plus one, or 0 where it is free. */
  private static final int PLACE_WORDS = 2;

  private static final long FREE = 0;

  /** So many places for each key cost less than hashing. */
  private static final long PLACES_PER_KEY = 4;

  private Arena arena = Arena.ofShared();
  private int capacity = FIRST_CAPACITY;
  private MemorySegment places = arena.allocate(JAVA_LONG, (long) PLACE_WORDS * capacity);
  private int size;
  private long least = Long.MAX_VALUE;
  private long most = Long.MIN_VALUE;

  /** Numbers plus one, by key from the least on; empty where keys are hashed. */
  private MemorySegment direct = MemorySegment.NULL;

  private long span;

  int size() {
    return size;
  }

  /** The number of a key; -1 where it has none. */
  int find(long key) {
    if (span > 0) {
      long place = key - least;
      return place < 0 || place >= span ? -1 : direct.getAtIndex(JAVA_INT, place) - 1;
    }
    return (int) id(place(key)) - 1;
  }

  /** The number of a key, a new one where it has none. */
  int add(long key) {
    long place = place(key);
    long id = id(place);
    if (id != FREE) {
      return (int) id - 1;
    }
    put(place, key, ++size);
    least = Math.min(least, key);
    most = Math.max(most, key);
    if (size > capacity / 2) {
      grow();
    }
    return size - 1;
  }

  /** No more are added. */
  void settle() {
    long wide = most - least; // Below 0 where it is more than 63 bits.
    if (size == 0 || wide < 0 || wide >= PLACES_PER_KEY * size) {
      return;
    }
    direct = arena.allocate(JAVA_INT, wide + 1);
    for (long i = 0; i < capacity; i++) {
      if (id(i) != FREE) {
        direct.setAtIndex(JAVA_INT, key(i) - least, (int) id(i));
      }
    }
    span = wide + 1;
  }

  private long id(long place) {
    return places.getAtIndex(JAVA_LONG, PLACE_WORDS * place + 1);
  }

  private long key(long place) {
    return places.getAtIndex(JAVA_LONG, PLACE_WORDS * place);
  }

  private void put(long place, long key, long id) {
    places.setAtIndex(JAVA_LONG, PLACE_WORDS * place, key);
    places.setAtIndex(JAVA_LONG, PLACE_WORDS * place + 1, id);
  }

  /** Where a key is, or where it would be. */
  private long place(long key) {
    int mask = capacity - 1;
    int place = (int) (mix(key) >>> 32) & mask;
    while (id(place) != FREE && key(place) != key) {
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
    MemorySegment old = places;
    try (Arena _ = arena) {
      arena = Arena.ofShared();
      capacity *= 2;
      places = arena.allocate(JAVA_LONG, (long) PLACE_WORDS * capacity);
      for (long i = 0; i < oldCapacity; i++) {
        long id = old.getAtIndex(JAVA_LONG, PLACE_WORDS * i + 1);
        if (id != FREE) {
          long key = old.getAtIndex(JAVA_LONG, PLACE_WORDS * i);
          put(place(key), key, id);
        }
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
