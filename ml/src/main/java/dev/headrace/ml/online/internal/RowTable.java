package dev.headrace.ml.online.internal;

import dev.headrace.spi.online.EntityKey;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their rows, read by any thread without a lock while one thread changes them. No key is
 * ever taken away.
 *
 * <p>Among a million rows a look-up is a walk through memory that no cache holds, and each step
 * waits for the one before. A map of objects takes five steps: its table, the entry, the key, the
 * key's bytes, the row. Here keys and rows stand side by side in one array, linearly probed and at
 * most half full (Knuth, The Art of Computer Programming 3, 6.4): one step to the pair, then key
 * and row at the same time.
 */
final class RowTable {
  private static final int FIRST_SLOTS = 1 << 4;
  private static final int MOST_SLOTS = 1 << 29;
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(byte[][].class);

  /** What is done with each row. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] key, byte[] row) throws IOException;
  }

  private static final class Slots {
    /** Key and row of a slot, one after the other; null where it is free. */
    private final byte[][] pairs;

    /** Of the keys, so that growing does not look at them. */
    private final int[] hashes;

    @SuppressWarnings("NullAway") // An array of what may be null cannot be told to it.
    private Slots(int count) {
      pairs = new byte[2 * count][];
      hashes = new int[count];
    }
  }

  private volatile Slots slots = new Slots(FIRST_SLOTS);
  private volatile long size;

  /** How many keys there are. */
  long size() {
    return size;
  }

  /** The row of a key; null where there is none. */
  byte @Nullable [] get(EntityKey key) {
    byte[][] pairs = slots.pairs;
    byte[] wanted = key.bytes();
    int mask = pairs.length / 2 - 1;
    for (int slot = spread(key.hashCode()) & mask; ; slot = slot + 1 & mask) {
      byte[] found = (byte[]) CELL.getAcquire(pairs, 2 * slot);
      if (found == null) {
        return null;
      }
      if (Arrays.equals(found, wanted)) {
        return (byte[]) CELL.getAcquire(pairs, 2 * slot + 1);
      }
    }
  }

  /** Gives a key a row, in place of the one it has. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread changes, others look.
  void put(EntityKey key, byte[] row) {
    Slots now = slots;
    int hash = spread(key.hashCode());
    if (place(now, key.bytes(), hash, row)) {
      size++;
      if (size * 2 > now.hashes.length && now.hashes.length < MOST_SLOTS) {
        grow(now);
      }
    }
  }

  /** Whether the key is new. The row is there before its key is seen. */
  private static boolean place(Slots into, byte[] key, int hash, byte[] row) {
    int mask = into.hashes.length - 1;
    int slot = hash & mask;
    for (byte[] found = into.pairs[2 * slot]; found != null; found = into.pairs[2 * slot]) {
      if (into.hashes[slot] == hash && Arrays.equals(found, key)) {
        CELL.setRelease(into.pairs, 2 * slot + 1, row);
        return false;
      }
      slot = slot + 1 & mask;
    }
    into.hashes[slot] = hash;
    CELL.setRelease(into.pairs, 2 * slot + 1, row);
    CELL.setRelease(into.pairs, 2 * slot, key);
    return true;
  }

  private void grow(Slots from) {
    Slots wider = new Slots(2 * from.hashes.length);
    int mask = wider.hashes.length - 1;
    for (int old = 0; old < from.hashes.length; old++) {
      byte[] key = from.pairs[2 * old];
      if (key != null) {
        int slot = from.hashes[old] & mask;
        while (wider.pairs[2 * slot] != null) {
          slot = slot + 1 & mask;
        }
        wider.hashes[slot] = from.hashes[old];
        wider.pairs[2 * slot] = key;
        wider.pairs[2 * slot + 1] = from.pairs[2 * old + 1];
      }
    }
    slots = wider;
  }

  /** All keys that are there now, each once; of those that come or change meanwhile maybe some. */
  void visit(Visitor visitor) throws IOException {
    byte[][] pairs = slots.pairs;
    for (int i = 0; i < pairs.length; i += 2) {
      byte[] key = (byte[]) CELL.getAcquire(pairs, i);
      if (key != null) {
        visitor.visit(key, (byte[]) CELL.getAcquire(pairs, i + 1));
      }
    }
  }

  /** Keys that follow each other must not fill neighbouring slots (Fibonacci hashing, ibidem). */
  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 15;
  }
}
