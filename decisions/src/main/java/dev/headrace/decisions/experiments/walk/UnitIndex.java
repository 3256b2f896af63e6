package dev.headrace.decisions.experiments.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.decisions.experiments.walk.UnitTable.KeyRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The row of each unit. Keys that lie close together, as those of a sequence do, have a place each;
 * others are hashed: open addressing with linear probing, a key beside its row. Outside the heap;
 * written by one thread, or, where each key has a place, by several with keys of their own.
 */
public final class UnitIndex implements AutoCloseable {
  /** Says that there is no such unit. */
  public static final int NONE = -1;

  private static final long ENTRY_BYTES = 16;
  private static final long ROW_OFFSET = 8;
  private static final long FEWEST = 1 << 10;

  /** So many places for each unit cost less than hashing. */
  private static final long PLACES_PER_UNIT = 4;

  private Arena arena;
  private MemorySegment entries;
  private long places;
  private long size;
  private final long firstKey;
  private final boolean dense;

  /**
   * @param expected how many units there will be, about
   */
  public UnitIndex(long expected) {
    dense = false;
    firstKey = 0;
    places = FEWEST;
    while (isFull(expected)) {
      places *= 2;
    }
    arena = Arena.ofShared();
    entries = arena.allocate(places * ENTRY_BYTES, ENTRY_BYTES);
  }

  private UnitIndex(long firstKey, long places) {
    this.dense = true;
    this.firstKey = firstKey;
    this.places = places;
    arena = Arena.ofShared();
    entries = arena.allocate(places * Integer.BYTES, ENTRY_BYTES);
  }

  /** An index of keys from 0 to one less than {@code count}, each of which has a place. */
  public static UnitIndex ofNumbers(int count) {
    return new UnitIndex(0, count);
  }

  /**
   * An index of keys that are known: nothing is in it yet, and nothing else may be put into it.
   *
   * @param tables with these keys
   */
  public static UnitIndex of(List<UnitTable> tables) {
    long rows = 0;
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (UnitTable table : tables) {
      rows += table.rows();
      KeyRange keys = table.keyRange();
      least = Math.min(least, keys.least());
      most = Math.max(most, keys.most());
    }
    long span = most - least; // Below 0 where it is more than 63 bits.
    return rows > 0 && span >= 0 && span < PLACES_PER_UNIT * rows
        ? new UnitIndex(least, span + 1)
        : new UnitIndex(rows);
  }

  private boolean isFull(long units) {
    return units > places / 10 * 7;
  }

  /** Its row, or {@link #NONE}. */
  public int find(long key) {
    if (dense) {
      long place = key - firstKey;
      return place < 0 || place >= places ? NONE : entries.getAtIndex(JAVA_INT, place) - 1;
    }
    return entries.get(JAVA_INT, place(key) + ROW_OFFSET) - 1;
  }

  /** The rows of many keys, or {@link #NONE}. */
  public void find(long[] keys, int count, int[] rows) {
    for (int i = 0; i < count; i++) {
      rows[i] = find(keys[i]);
    }
  }

  /**
   * Says where a unit is.
   *
   * @return where it was, or {@link #NONE}
   */
  public int put(long key, int row) {
    if (dense) {
      int known = entries.getAtIndex(JAVA_INT, key - firstKey) - 1;
      entries.setAtIndex(JAVA_INT, key - firstKey, row + 1);
      return known;
    }
    long place = place(key);
    int before = entries.get(JAVA_INT, place + ROW_OFFSET) - 1;
    entries.set(JAVA_LONG, place, key);
    entries.set(JAVA_INT, place + ROW_OFFSET, row + 1);
    if (before == NONE && isFull(++size)) {
      grow();
    }
    return before;
  }

  /** Where a key is, or would be. */
  private long place(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    long place = (mixed >>> 20) & (places - 1);
    while (true) {
      long at = place * ENTRY_BYTES;
      if (entries.get(JAVA_INT, at + ROW_OFFSET) == 0 || entries.get(JAVA_LONG, at) == key) {
        return at;
      }
      place = (place + 1) & (places - 1);
    }
  }

  private void grow() {
    MemorySegment old = entries;
    try (Arena _ = arena) {
      places *= 2;
      arena = Arena.ofShared();
      entries = arena.allocate(places * ENTRY_BYTES, ENTRY_BYTES);
      for (long at = 0; at < old.byteSize(); at += ENTRY_BYTES) {
        int row = old.get(JAVA_INT, at + ROW_OFFSET);
        if (row != 0) {
          long key = old.get(JAVA_LONG, at);
          long place = place(key);
          entries.set(JAVA_LONG, place, key);
          entries.set(JAVA_INT, place + ROW_OFFSET, row);
        }
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
