package dev.headrace.ml.online.internal;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.online.EntityKey;
import dev.headrace.spi.online.OnlineError;
import dev.headrace.spi.online.RowBytes;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their rows, read by any thread without a lock while one thread changes them. No key is
 * ever taken away.
 *
 * <p>Among a million rows a look-up is a walk through memory that no cache holds, and each step
 * waits for the one before. Here it takes two: to the slot, then to key and row, which stand side
 * by side in a {@link Slab}. To a garbage collector, a million rows are some hundred arrays without
 * references, which it neither marks one by one nor moves; as objects of their own they were two
 * million that it walked through again and again.
 *
 * <p>A row that is replaced leaves a hole. Once holes take more than a quarter of what rows take,
 * the slab that is emptiest is cleaned: its rows are copied, and it is let go (Rosenblum and
 * Ousterhout, The Design and Implementation of a Log-Structured File System, 1992, 3.4).
 */
final class RowTable {
  private static final int FIRST_SLOTS = 1 << 4;
  private static final int MOST_SLOTS = 1 << 29;
  private static final int SPARE_NUMBERS = 16;

  /** What rows take, over what holes may. */
  private static final int ROWS_PER_HOLES = 4;

  /** What is done with each row. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] key, RowBytes row) throws IOException;
  }

  private final Slabs slabs = new Slabs();
  private volatile Slots slots = new Slots(FIRST_SLOTS, SPARE_NUMBERS);
  private volatile long size;

  /** How many keys there are. */
  long size() {
    return size;
  }

  /** What all slabs take; for the thread that changes them. */
  long heldBytes() {
    return slabs.heldBytes();
  }

  /** The row of a key; null where there is none. */
  @Nullable RowBytes get(EntityKey key) {
    Slots now = slots;
    int slot = now.find(key.bytes(), Slots.spread(key.hashCode()));
    while (slot >= 0) {
      long reference = now.reference(slot);
      byte[] slab = now.slab(reference);
      if (slab != null) {
        return Slab.row(slab, Slots.at(reference));
      }
    }
    return null;
  }

  /**
   * Gives a key a row, in place of the one it has. The row is copied.
   *
   * @throws HeadraceException ONLINE_STORE_FULL; the key may have the row then
   */
  void put(EntityKey key, RowBytes row) {
    if (2 * (size + 1) > slots.count()) {
      rebuild(2 * slots.count());
    }
    place(key.bytes(), Slots.spread(key.hashCode()), row);
    while (slabs.holeBytes() * ROWS_PER_HOLES > slabs.entryBytes()) {
      clean(slabs.emptiest());
    }
  }

  /** Writes an entry, and only then lets the key's slot refer to it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread changes, others look.
  private void place(byte[] key, int hash, RowBytes row) {
    int entry = Slab.sizeOf(key.length, row.length());
    Slab slab = slabs.open(entry);
    if (slab == null) {
      slab = begin(entry);
    }
    long reference = Slots.reference(hash, slab.number(), slab.append(key, row));
    slabs.added(entry);
    Slots now = slots;
    int slot = now.find(key, hash);
    if (slot < 0) {
      now.set(~slot, reference);
      size++;
    } else {
      long before = now.reference(slot);
      now.set(slot, reference);
      slabs.release(Slots.number(before), Slots.at(before));
    }
  }

  private Slab begin(int entry) {
    if (slabs.next() == slots.numbers()) {
      rebuild(slots.count());
    }
    Slab slab = withinMemory(() -> slabs.begin(entry));
    slots.show(slab);
    return slab;
  }

  /** Copies the entries of a slab that are no holes, and lets it go. */
  private void clean(Slab slab) {
    for (int at = 0; at < slab.end(); at += slab.sizeAt(at)) {
      byte[] key = Slab.key(slab.bytes(), at);
      int hash = Slots.spread(new EntityKey(key).hashCode());
      if (slots.reference(slots.find(key, hash)) == Slots.reference(hash, slab.number(), at)) {
        place(key, hash, Slab.row(slab.bytes(), at));
      }
    }
    slots.hide(slab);
    slabs.remove(slab);
  }

  /** Makes as many slots, and gives slabs new numbers. Who reads meanwhile reads the old slots. */
  private void rebuild(int count) {
    int numbers = Math.min(2 * slabs.all().size() + SPARE_NUMBERS, Slots.MOST_SLABS);
    if (count > MOST_SLOTS || numbers <= slabs.all().size() + 1) {
      throw full(null);
    }
    Slots from = slots;
    Slots into = withinMemory(() -> new Slots(count, numbers));
    int[] renumbered = slabs.renumber();
    slabs.all().forEach(into::show);
    for (int slot = 0; slot < from.count(); slot++) {
      long reference = from.reference(slot);
      if (reference != Slots.FREE) {
        int number = renumbered[Slots.number(reference)];
        into.add(Slots.reference(Slots.hash(reference), number, Slots.at(reference)));
      }
    }
    slots = into;
  }

  /** Large arrays are what the heap has no room for first; little ones still find some. */
  private <T> T withinMemory(Supplier<T> made) {
    try {
      return made.get();
    } catch (OutOfMemoryError e) {
      throw full(e);
    }
  }

  private HeadraceException full(@Nullable Throwable cause) {
    return new HeadraceException(
        OnlineError.ONLINE_STORE_FULL,
        "Cannot put a row: the online store has %,d keys of this view in %,d MiB, and no room for more."
            .formatted(size, slabs.heldBytes() >> 20),
        "Give the process more memory, for example HEADRACE_OPTS=-Xmx4g, or use Redis.",
        cause);
  }

  /** All keys that are there now, each once; of those that come or change meanwhile maybe some. */
  void visit(Visitor visitor) throws IOException {
    Slots now = slots;
    for (int slot = 0; slot < now.count(); slot++) {
      long reference = now.reference(slot);
      byte[] slab = now.slab(reference);
      while (slab == null && reference != Slots.FREE) { // Moved meanwhile: the slot tells where.
        reference = now.reference(slot);
        slab = now.slab(reference);
      }
      if (slab != null) {
        int at = Slots.at(reference);
        visitor.visit(Slab.key(slab, at), Slab.row(slab, at));
      }
    }
  }
}
