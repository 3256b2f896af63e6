package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Which row is the newest that each label sees. Several threads may note, each other labels; what
 * is noted is then read by anyone.
 */
final class NewestRows implements AutoCloseable {
  private static final int NONE = -1;
  private static final int PART = 1 << 13;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment seen;
  private final MemorySegment newest;
  private final long labels;
  private final Arena numbering = Arena.ofShared();
  private MemorySegment places = MemorySegment.NULL;
  private int kept;

  NewestRows(long labels) {
    this.labels = labels;
    seen = arena.allocate(Long.BYTES * labels, Long.BYTES);
    newest = arena.allocate(Integer.BYTES * labels, Long.BYTES);
    Words.fill(seen, LabelWalk.NEVER);
    newest.fill((byte) NONE);
  }

  /**
   * Notes what some labels see.
   *
   * @param positions of the labels
   * @param times of the rows they see
   * @param rows numbers of these, from 0
   */
  void note(long[] positions, long[] times, int[] rows, int count) {
    Words.put(seen, positions, times, count);
    Words.put(newest, positions, rows, count);
  }

  /** The time of the newest row, by label; {@link LabelWalk#NEVER} where there is none. */
  MemorySegment seen() {
    return seen;
  }

  /**
   * Rows by number, below 0 where a label sees none.
   *
   * @param from the first label
   */
  void rows(long from, int count, int[] into) {
    MemorySegment.copy(newest, JAVA_INT, from * Integer.BYTES, into, 0, count);
  }

  /**
   * Gives the rows that any label sees numbers of their own, in their order, by which labels know
   * them from now on.
   *
   * @param all how many rows there are
   */
  void renumber(long all) {
    places = numbering.allocate(Integer.BYTES * all, Long.BYTES);
    int[] rows = new int[PART];
    for (long from = 0; from < labels; from += PART) {
      int count = (int) Math.min(PART, labels - from);
      rows(from, count, rows);
      Words.mark(places, rows, count);
    }
    kept = Words.number(places);
    for (long from = 0; from < labels; from += PART) {
      int count = (int) Math.min(PART, labels - from);
      rows(from, count, rows);
      Words.look(places, rows, count);
      MemorySegment.copy(rows, 0, newest, JAVA_INT, from * Integer.BYTES, count);
    }
  }

  /** The number of each row, one higher; 0 where nobody sees it. */
  MemorySegment places() {
    return places;
  }

  /** How many rows any label sees. */
  int kept() {
    return kept;
  }

  long labels() {
    return labels;
  }

  /** Forgets {@link #places}. */
  void settle() {
    numbering.close();
  }

  @Override
  public void close() {
    if (numbering.scope().isAlive()) {
      numbering.close();
    }
    arena.close();
  }
}
