package dev.headrace.ml.online.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slabs of a table as its writer sees them: where the next entry goes, and where holes are.
 *
 * <p>A slab is as large as what there is, from 4 KiB to 1 MiB: small tables stay small, and large
 * ones are few arrays. One of 1 MiB fills regions of a collector without a rest, whatever their
 * size, so none is looked for that follow each other.
 */
final class Slabs {
  private static final int LEAST_BYTES = 1 << 12;
  private static final int MOST_BYTES = 1 << 20;

  /** Entries that are larger than this part of a slab would leave much of its end unused. */
  private static final int PART = 4;

  private final List<@Nullable Slab> byNumber = new ArrayList<>();
  private @Nullable Slab current;
  private long entryBytes;
  private long holeBytes;
  private long heldBytes;

  Slabs() {
    byNumber.add(null); // Numbers begin with 1.
  }

  private static boolean isLarge(int entry) {
    return entry > MOST_BYTES / PART;
  }

  /** The slab that has room for an entry; null where one has to be begun. */
  @Nullable Slab open(int entry) {
    Slab slab = current;
    return slab == null || isLarge(entry) || !slab.hasRoom(entry) ? null : slab;
  }

  /** The number that the next slab has. */
  int next() {
    return byNumber.size();
  }

  /** Begins a slab with room for an entry; a large one has it for itself. */
  Slab begin(int entry) {
    long wanted = Long.highestOneBit(Math.max(entryBytes, 2L * PART * entry));
    int size =
        isLarge(entry) ? entry : Math.clamp(wanted, LEAST_BYTES, MOST_BYTES) - Slab.HEADER_BYTES;
    Slab slab = new Slab(next(), size);
    byNumber.add(slab);
    heldBytes += size;
    if (!isLarge(entry)) {
      if (current != null) {
        holeBytes += current.holeBytes();
      }
      current = slab;
    }
    return slab;
  }

  void added(int entry) {
    entryBytes += entry;
  }

  /** Makes a hole of an entry. */
  void release(int number, int at) {
    Slab slab = slab(number);
    int entry = slab.release(at);
    entryBytes -= entry;
    if (slab != current) {
      holeBytes += entry;
    }
  }

  private Slab slab(int number) {
    Slab slab = byNumber.get(number);
    if (slab == null) {
      throw new IllegalStateException("no slab " + number);
    }
    return slab;
  }

  /** Holes of slabs that nothing is added to any more. */
  long holeBytes() {
    return holeBytes;
  }

  long entryBytes() {
    return entryBytes;
  }

  /** All there is: entries, holes, and what is not filled yet. */
  long heldBytes() {
    return heldBytes;
  }

  /** The one whose copying gives most for its cost. There are holes. */
  Slab emptiest() {
    Slab emptiest = null;
    double most = 0;
    for (Slab slab : byNumber) {
      if (slab != null && slab != current) {
        double share = (double) slab.holeBytes() / slab.end();
        if (share > most) {
          most = share;
          emptiest = slab;
        }
      }
    }
    if (emptiest == null) {
      throw new IllegalStateException("no holes");
    }
    return emptiest;
  }

  /** Forgets a slab that holds nothing any more. */
  void remove(Slab slab) {
    holeBytes -= slab.holeBytes();
    heldBytes -= slab.bytes().length;
    byNumber.set(slab.number(), null);
  }

  /** Slabs that there are, in the order of their numbers. */
  List<Slab> all() {
    List<Slab> all = new ArrayList<>();
    for (Slab slab : byNumber) {
      if (slab != null) {
        all.add(slab);
      }
    }
    return all;
  }

  /** Gives the slabs that there are new numbers, without gaps; tells them by the old ones. */
  int[] renumber() {
    int[] numbers = new int[byNumber.size()];
    List<Slab> all = all();
    byNumber.clear();
    byNumber.add(null);
    for (Slab slab : all) {
      numbers[slab.number()] = byNumber.size();
      slab.renumber(byNumber.size());
      byNumber.add(slab);
    }
    return numbers;
  }
}
