package dev.headrace.ml.online.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where the entries of keys stand: one reference per slot, linearly probed and at most half full
 * (Knuth, The Art of Computer Programming 3, 6.4). Any thread reads, one writes.
 *
 * <pre>
 * reference = hash of the key:32  number of a slab:15  place in it, in units of 8 bytes:17
 * </pre>
 *
 * <p>The number of a slab is used once. A slab that is taken away was referred to by no slot before
 * its array became null here; so who finds null reads the slot again and finds where the entry is
 * now. Who has found an array may read it as long as it likes.
 */
final class Slots {
  static final long FREE = 0;

  /** Numbers of slabs begin with 1: no reference is {@link #FREE}. */
  static final int MOST_SLABS = 1 << 15;

  private static final int PLACE_BITS = 17;
  private static final VarHandle REFERENCE = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle SLAB = MethodHandles.arrayElementVarHandle(byte[][].class);

  private final long[] references;
  private final byte[][] slabs;

  /**
   * @param count a power of two
   * @param numbers of slabs that there may be, with 0, which is none
   */
  @SuppressWarnings("NullAway") // An array of what may be null cannot be told to it.
  Slots(int count, int numbers) {
    references = new long[count];
    slabs = new byte[numbers][];
  }

  int count() {
    return references.length;
  }

  /** How many numbers of slabs there are, with 0. */
  int numbers() {
    return slabs.length;
  }

  /** Keys that follow each other must not fill neighbouring slots (Fibonacci hashing, ibidem). */
  static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 15;
  }

  static long reference(int hash, int number, int at) {
    return (long) hash << 32 | (long) number << PLACE_BITS | at / Slab.UNIT;
  }

  static int hash(long reference) {
    return (int) (reference >>> 32);
  }

  static int number(long reference) {
    return (int) reference >>> PLACE_BITS;
  }

  static int at(long reference) {
    return ((int) reference & (1 << PLACE_BITS) - 1) * Slab.UNIT;
  }

  /** The slot of a key; of one that is not there {@code ~} the slot that it would have. */
  int find(byte[] key, int hash) {
    int mask = references.length - 1;
    int slot = hash & mask;
    while (true) {
      long reference = reference(slot);
      if (reference == FREE) {
        return ~slot;
      }
      if (hash(reference) == hash) {
        byte[] slab = slab(reference);
        if (slab == null) {
          continue; // Moved meanwhile: the slot tells where.
        }
        if (Slab.isOf(slab, at(reference), key)) {
          return slot;
        }
      }
      slot = slot + 1 & mask;
    }
  }

  /** What a slot refers to; {@link #FREE} if nothing. */
  long reference(int slot) {
    return (long) REFERENCE.getAcquire(references, slot);
  }

  /** The array that a reference leads into; null when the entry has moved meanwhile. */
  byte @Nullable [] slab(long reference) {
    return (byte[]) SLAB.getAcquire(slabs, number(reference));
  }

  /** Lets a slot refer to an entry, which is written by now. */
  void set(int slot, long reference) {
    REFERENCE.setRelease(references, slot, reference);
  }

  /** Fills a slot of whatever key has the hash. */
  void add(long reference) {
    int mask = references.length - 1;
    int slot = hash(reference) & mask;
    while (references[slot] != FREE) {
      slot = slot + 1 & mask;
    }
    references[slot] = reference;
  }

  void show(Slab slab) {
    SLAB.setRelease(slabs, slab.number(), slab.bytes());
  }

  /** Takes a slab away that no slot refers to any more. */
  void hide(Slab slab) {
    SLAB.setRelease(slabs, slab.number(), null);
  }
}
