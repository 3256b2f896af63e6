package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows by entity, outside the heap: those of one entity side by side, in the order in which they
 * came. A row is a time and some words of 64 bits. Any thread may read it.
 */
final class EntityRows implements AutoCloseable {
  private final Arena arena;
  private final int[] starts;
  private final List<MemorySegment> columns;

  private EntityRows(Arena arena, int[] starts, List<MemorySegment> columns) {
    this.arena = arena;
    this.starts = starts;
    this.columns = columns;
  }

  /** What a row takes outside the heap while it is put in its place. */
  static long bytesPerRow(int words) {
    return Integer.BYTES + 2L * Long.BYTES * (1 + words);
  }

  int entities() {
    return starts.length - 2;
  }

  /**
   * The place of an entity's first row; of the number after the last entity, how many there are.
   */
  int start(int entity) {
    return starts[entity];
  }

  /** How many rows an entity has. */
  int count(int entity) {
    return starts[entity + 1] - starts[entity];
  }

  /** Microseconds since 1970, by place. */
  MemorySegment times() {
    return columns.getFirst();
  }

  /** A word, by place. */
  MemorySegment word(int index) {
    return columns.get(1 + index);
  }

  @Override
  public void close() {
    arena.close();
  }

  /** Rows as they come. For one thread. */
  static final class Builder implements AutoCloseable {
    private static final int PART = 1 << 13;

    private final List<Arena> arenas = new ArrayList<>();
    private final List<MemorySegment> columns = new ArrayList<>();
    private final MemorySegment ids;
    private final int[] places = new int[PART];
    private final long[] words = new long[PART];
    private final long capacity;
    private long size;

    /**
     * @param words per row, beside its time
     * @param capacity rows at most
     */
    Builder(int words, long capacity) {
      this.capacity = capacity;
      this.ids = allocate(Integer.BYTES * capacity);
      for (int i = 0; i <= words; i++) {
        columns.add(allocate(Long.BYTES * capacity));
      }
    }

    /** Each has an arena of its own, so that it can go as soon as it is done with. */
    private MemorySegment allocate(long bytes) {
      Arena arena = Arena.ofConfined();
      arenas.add(arena);
      return arena.allocate(bytes, Long.BYTES);
    }

    /**
     * Takes rows over, without those that have no entity.
     *
     * @param batch time first, then the words; changed
     */
    void append(int rows, int[] entityOf, long[][] batch) {
      int kept = 0;
      for (int i = 0; i < rows; i++) {
        if (entityOf[i] >= 0) {
          if (kept < i) {
            entityOf[kept] = entityOf[i];
            for (long[] column : batch) {
              column[kept] = column[i];
            }
          }
          kept++;
        }
      }
      if (size + kept > capacity) {
        throw new IllegalStateException("more than the " + capacity + " rows that were counted");
      }
      MemorySegment.copy(entityOf, 0, ids, JAVA_INT, size * Integer.BYTES, kept);
      for (int c = 0; c < batch.length; c++) {
        MemorySegment.copy(batch[c], 0, columns.get(c), JAVA_LONG, size * Long.BYTES, kept);
      }
      size += kept;
    }

    /** Puts them by entity, and ends this. */
    EntityRows byEntity(int entities) {
      Arena arena = Arena.ofShared();
      try {
        int[] starts = place(entities);
        List<MemorySegment> placed = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
          MemorySegment to = arena.allocate(Long.BYTES * size, Long.BYTES);
          for (long from = 0; from < size; from += PART) {
            int count = (int) Math.min(PART, size - from);
            MemorySegment.copy(ids, JAVA_INT, from * Integer.BYTES, places, 0, count);
            MemorySegment.copy(columns.get(c), JAVA_LONG, from * Long.BYTES, words, 0, count);
            Words.put(to, places, words, count);
          }
          placed.add(to);
          arenas.get(c + 1).close();
        }
        return new EntityRows(arena, starts, placed);
      } catch (Throwable e) {
        arena.close();
        throw e;
      }
    }

    /** Where each entity begins; where each row goes is then in the place of its entity. */
    private int[] place(int entities) {
      int[] starts = new int[entities + 2];
      for (long from = 0; from < size; from += PART) {
        int count = (int) Math.min(PART, size - from);
        MemorySegment.copy(ids, JAVA_INT, from * Integer.BYTES, places, 0, count);
        for (int i = 0; i < count; i++) {
          starts[places[i] + 2]++;
        }
      }
      for (int e = 2; e < starts.length; e++) {
        starts[e] += starts[e - 1];
      }
      // An entity's start stands one further up and moves as rows are put; in the end it is that of
      // the next one, and all of them are where they belong.
      for (long from = 0; from < size; from += PART) {
        int count = (int) Math.min(PART, size - from);
        MemorySegment.copy(ids, JAVA_INT, from * Integer.BYTES, places, 0, count);
        for (int i = 0; i < count; i++) {
          places[i] = starts[places[i] + 1]++;
        }
        MemorySegment.copy(places, 0, ids, JAVA_INT, from * Integer.BYTES, count);
      }
      return starts;
    }

    @Override
    public void close() {
      for (Arena arena : arenas) {
        if (arena.scope().isAlive()) {
          arena.close();
        }
      }
    }
  }
}
