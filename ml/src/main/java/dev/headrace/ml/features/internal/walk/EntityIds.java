package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entities by number, from 0 up. Each key column gives its values numbers of their own; a second
 * column's number and what the first ones came to make a pair, which has a number again: (1, 23)
 * and (12, 3) are never one entity, whatever the values.
 */
final class EntityIds implements AutoCloseable {
  private static final int UNKNOWN = -1;

  private final List<Part> parts = new ArrayList<>();

  /**
   * One key column.
   *
   * @param pairs of what the columns before came to, and this one
   */
  private record Part(KeyKind kind, LongIds wholes, Map<String, Integer> texts, LongIds pairs) {}

  EntityIds(List<KeyKind> kinds) {
    for (KeyKind kind : kinds) {
      parts.add(new Part(kind, new LongIds(), new HashMap<>(), new LongIds()));
    }
  }

  int size() {
    Part last = parts.getLast();
    return parts.size() > 1 ? last.pairs.size() : ownSize(last);
  }

  private static int ownSize(Part part) {
    return part.kind == KeyKind.WHOLE ? part.wholes.size() : part.texts.size();
  }

  /** One that reads batches; for one thread, beside others. */
  Reader reader() {
    return new Reader();
  }

  /** Finds the entities of rows. */
  final class Reader {
    private long[] longs = new long[0];
    private @Nullable String[] strings = new String[0];

    private Reader() {}

    /**
     * Gives every row its entity, new ones included, while nobody else reads.
     *
     * @param ids below 0 where a row has none, and is passed over
     */
    void add(Columns batch, int rows, int firstColumn, int[] ids) {
      number(batch, rows, firstColumn, ids, true);
    }

    /** Tells every row's entity, -1 where nobody asks about it. */
    void find(Columns batch, int rows, int firstColumn, int[] ids) {
      Arrays.fill(ids, 0, rows, 0);
      number(batch, rows, firstColumn, ids, false);
    }

    private void number(Columns batch, int rows, int firstColumn, int[] ids, boolean isNew) {
      if (longs.length < rows) {
        longs = new long[rows];
        strings = new String[rows];
      }
      for (int p = 0; p < parts.size(); p++) {
        Part part = parts.get(p);
        switch (part.kind) {
          case WHOLE -> batch.longs(firstColumn + p, longs, 0);
          case TEXT -> batch.texts(firstColumn + p, strings, 0);
        }
        for (int i = 0; i < rows; i++) {
          if (ids[i] >= 0) {
            int own = isNew ? added(part, i) : found(part, i);
            ids[i] = p == 0 || own < 0 ? own : paired(part, ids[i], own, isNew);
          }
        }
      }
    }

    private int added(Part part, int row) {
      return switch (part.kind) {
        case WHOLE -> part.wholes.add(longs[row]);
        case TEXT -> {
          String text = strings[row];
          yield text == null ? UNKNOWN : part.texts.computeIfAbsent(text, _ -> part.texts.size());
        }
      };
    }

    private int found(Part part, int row) {
      return switch (part.kind) {
        case WHOLE -> part.wholes.find(longs[row]);
        case TEXT -> part.texts.getOrDefault(strings[row], UNKNOWN);
      };
    }
  }

  private static int paired(Part part, int before, int own, boolean isNew) {
    long pair = ((long) before << Integer.SIZE) | own;
    return isNew ? part.pairs.add(pair) : part.pairs.find(pair);
  }

  /** No more are added: those that are there are found faster from now on. */
  void settle() {
    for (Part part : parts) {
      part.wholes.settle();
    }
  }

  @Override
  public void close() {
    for (Part part : parts) {
      part.wholes.close();
      part.pairs.close();
    }
  }
}
