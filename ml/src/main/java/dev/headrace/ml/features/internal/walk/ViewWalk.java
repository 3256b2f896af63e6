package dev.headrace.ml.features.internal.walk;

import dev.headrace.ml.features.internal.walk.WalkedView.Numbers;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.HeldColumns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Schema;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;

/**
 * The walk through one view, whose labels have been read.
 *
 * @param keys how the key columns are read
 * @param ids of the entities of labels
 * @param labels by entity, with their position as their word
 * @param count how many labels there are, those without an entity included
 * @param large see {@link Pieces#walk}
 */
record ViewWalk(
    SqlEngine engine,
    List<KeyKind> keys,
    EntityIds ids,
    EntityRows labels,
    long count,
    Lock large,
    Watch watch) {

  /** What labels see of a view. Close it, unless it is handed on. */
  sealed interface Found extends AutoCloseable {
    /** All that comes back. */
    record Results(HeldColumns columns) implements Found {
      @Override
      public void close() {
        columns.close();
      }
    }

    /**
     * Which rows labels see.
     *
     * @param values what is left to be read of them, independently of each other
     */
    record Rows(NewestRows newest, List<Query> values) implements Found {
      @Override
      public void close() {
        newest.close();
      }
    }

    @Override
    void close();
  }

  Found walk(Walked view, Schema schema) {
    return switch (view) {
      case WalkedView accruing -> new Found.Results(accrue(accruing, schema));
      // Where rows tie, they are read again without those that do not count.
      case NewestView newest ->
          newest(newest, newest.rows())
              .or(() -> newest(newest, newest.withoutTies()))
              .orElseThrow(() -> new IllegalStateException("rows tie that were to be told apart"));
    };
  }

  private HeldColumns accrue(WalkedView view, Schema schema) {
    HeldColumns results = new HeldColumns(schema, count);
    List<MemorySegment> columns =
        IntStream.range(0, schema.fields().size()).mapToObj(results::values).toList();
    try (EntityRows rows = readRows(view)) {
      Words.fill(columns.getFirst(), LabelWalk.NEVER);
      Pieces.walk(
          rows,
          labels,
          () -> new EntityWalk(view, rows, labels, columns),
          (walk, entity) -> {
            walk.walk(entity);
            return true;
          },
          large,
          watch);
      return results;
    } catch (Throwable e) {
      results.close();
      throw e;
    }
  }

  private EntityRows readRows(WalkedView view) {
    try (EntityRows.Builder builder = new EntityRows.Builder(view.words(), view.count());
        Columns columns = engine.columns(view.rows(), watch)) {
      EntityIds.Reader reader = ids.reader();
      int[] entities = new int[0];
      long[][] batch = new long[1 + view.words()][0];
      double[] fractions = new double[0];
      int firstNumber = view.words() - view.numbers().size() + 1;
      for (int n = columns.next(); n > 0; n = columns.next()) {
        if (entities.length < n) {
          entities = new int[n];
          batch = new long[1 + view.words()][n];
          fractions = new double[n];
        }
        reader.find(columns, n, 0, entities);
        for (int c = 0; c < batch.length; c++) {
          int number = c - firstNumber;
          if (number >= 0 && view.numbers().get(number) instanceof Numbers.Fractions) {
            columns.numbers(keys.size() + c, fractions, 0);
            for (int i = 0; i < n; i++) {
              batch[c][i] = Double.doubleToRawLongBits(fractions[i]);
            }
          } else {
            columns.longs(keys.size() + c, batch[c], 0);
          }
        }
        builder.append(n, entities, batch);
      }
      return builder.byEntity(ids.size());
    }
  }

  /** Empty if any rows tie. */
  private Optional<Found> newest(NewestView view, NewestView.Reading reading) {
    NewestRows newest = new NewestRows(count);
    try {
      try (EntityRows.Builder builder = new EntityRows.Builder(1, view.count())) {
        long read = readTimes(reading.times(), builder);
        try (EntityRows rows = builder.byEntity(ids.size())) {
          if (!Pieces.walk(
              rows,
              labels,
              () -> new NewestWalk(rows, labels, newest),
              NewestWalk::walk,
              large,
              watch)) {
            newest.close();
            return Optional.empty();
          }
        }
        newest.renumber(read);
      }
      return Optional.of(new Found.Rows(newest, reading.values()));
    } catch (Throwable e) {
      newest.close();
      throw e;
    }
  }

  /** Reads rows with their number as their word, and tells how many there are. */
  private long readTimes(Query times, EntityRows.Builder builder) {
    try (Columns columns = engine.columns(times, watch)) {
      EntityIds.Reader reader = ids.reader();
      int[] entities = new int[0];
      long[][] batch = new long[2][0];
      long number = 0;
      for (int n = columns.next(); n > 0; n = columns.next()) {
        if (entities.length < n) {
          entities = new int[n];
          batch = new long[2][n];
        }
        reader.find(columns, n, 0, entities);
        columns.longs(keys.size(), batch[0], 0);
        for (int i = 0; i < n; i++) {
          batch[1][i] = number++;
        }
        builder.append(n, entities, batch);
      }
      return number;
    }
  }
}
