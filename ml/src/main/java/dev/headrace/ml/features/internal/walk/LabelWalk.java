package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.ml.features.internal.walk.WalkedView.Numbers;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.HeldColumns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Labels of one key, and the views that are joined with them: every label's results in the order in
 * which the labels are read.
 *
 * @param keys how the key columns are read, of labels and rows alike
 * @param labels yields the key columns, the moment in microseconds, {@link #NEVER} where there is
 *     none, and 1 where a label has a moment and all keys, else 0; keys that are whole numbers are
 *     not null
 * @param count how many labels there are
 */
public record LabelWalk(
    SqlEngine engine, List<KeyKind> keys, Query labels, long count, List<Walked> views) {
  /** Before any time. */
  public static final long NEVER = Long.MIN_VALUE;

  /** More rows than this do not fit a plan that numbers them. */
  public static final long MOST_ROWS = Integer.MAX_VALUE - 8;

  /** Rows of a piece of parallel work, about. */
  private static final long PIECE = 100_000;

  public LabelWalk {
    keys = List.copyOf(keys);
    views = List.copyOf(views);
  }

  /**
   * What comes back: the moment of each label, {@code t}, and the results of view {@code i}, {@code
   * v<i>_0} and so on.
   */
  public Schema schema() {
    List<Field> fields = new ArrayList<>();
    fields.add(Field.unassigned("t", Primitive.LONG));
    for (int v = 0; v < views.size(); v++) {
      for (Primitive type : views.get(v).results()) {
        fields.add(Field.unassigned("v" + v + "_" + (fields.size() - offset(v)), type));
      }
    }
    return new Schema(fields);
  }

  /** The column at which a view's results begin. */
  private int offset(int view) {
    return 1 + views.subList(0, view).stream().mapToInt(before -> before.results().size()).sum();
  }

  /** How much it holds outside the heap at most, in bytes. */
  public long bytes() {
    long results = count * Long.BYTES * schema().fields().size();
    long rows =
        views.stream()
            .mapToLong(
                view -> view.count() * view.bytesPerRow() + count * view.bytesPerLabel())
            .sum();
    return results + count * EntityRows.bytesPerRow(1) + rows;
  }

  /**
   * How much of the heap it takes at most, in bytes, when every processor is at an entity as large
   * as the largest.
   *
   * @param rows of the largest entity
   * @param labels of the entity that has most
   */
  public long heapBytes(long rows, long labels) {
    long spans = views.stream().mapToLong(view -> view.results().size()).max().orElse(0);
    return Runtime.getRuntime().availableProcessors()
        * (rows * Scratch.BYTES_PER_ROW
            + labels * (EntityWalk.BYTES_PER_LABEL + spans * Integer.BYTES));
  }

  /**
   * Reads and computes. May be run any number of times; every time it reads anew.
   *
   * @throws CancellationException when cancelled
   */
  public HeldColumns run(Watch watch) {
    HeldColumns results = new HeldColumns(schema(), count);
    try (EntityIds ids = new EntityIds(keys);
        EntityRows labelsByEntity = readLabels(ids, results.values(0), watch)) {
      IntStream.range(0, views.size())
          .parallel()
          .forEach(v -> walk(v, results, ids, labelsByEntity, watch));
      if (watch.isCancelled()) {
        throw new CancellationException("the query was cancelled");
      }
      return results;
    } catch (Throwable e) {
      results.close();
      throw e;
    }
  }

  /** Views are independent of each other: they are read in parallel, as their entities are walked. */
  private void walk(
      int index, HeldColumns results, EntityIds ids, EntityRows labelsByEntity, Watch watch) {
    List<MemorySegment> ofView =
        IntStream.range(offset(index), offset(index + 1)).mapToObj(results::values).toList();
    Words.fill(ofView.getFirst(), NEVER);
    switch (views.get(index)) {
      case WalkedView view -> accrue(view, ids, labelsByEntity, ofView, watch);
      case NewestView view -> newest(view, ids, labelsByEntity, ofView, watch);
    }
  }

  private EntityRows readLabels(EntityIds ids, MemorySegment moments, Watch watch) {
    try (EntityRows.Builder builder = new EntityRows.Builder(1, count);
        Columns columns = engine.columns(labels, watch)) {
      EntityIds.Reader reader = ids.reader();
      int[] entities = new int[0];
      long[][] batch = new long[2][0];
      long[] present = new long[0];
      long position = 0;
      for (int n = columns.next(); n > 0; n = columns.next()) {
        if (position + n > count) {
          throw new IllegalStateException("more than " + count + " labels");
        }
        if (entities.length < n) {
          entities = new int[n];
          batch = new long[2][n];
          present = new long[n];
        }
        columns.longs(keys.size(), batch[0], 0);
        columns.longs(keys.size() + 1, present, 0);
        MemorySegment.copy(batch[0], 0, moments, JAVA_LONG, position * Long.BYTES, n);
        for (int i = 0; i < n; i++) {
          entities[i] = present[i] == 0 ? -1 : 0;
          batch[1][i] = position++;
        }
        reader.add(columns, n, 0, entities);
        builder.append(n, entities, batch);
      }
      if (position != count) {
        throw new IllegalStateException(position + " labels instead of " + count);
      }
      return builder.byEntity(ids.size());
    }
  }

  private EntityRows readRows(WalkedView view, EntityIds ids, Watch watch) {
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

  private void accrue(
      WalkedView view,
      EntityIds ids,
      EntityRows labelsByEntity,
      List<MemorySegment> results,
      Watch watch) {
    try (EntityRows rows = readRows(view, ids, watch)) {
      walk(
          rows,
          labelsByEntity,
          () -> new EntityWalk(view, rows, labelsByEntity, results),
          (walk, entity) -> {
            walk.walk(entity);
            return true;
          },
          watch);
    }
  }

  /** Where rows tie, they are read again without those that do not count. */
  private void newest(
      NewestView view,
      EntityIds ids,
      EntityRows labelsByEntity,
      List<MemorySegment> results,
      Watch watch) {
    if (!newest(view, view.rows(), ids, labelsByEntity, results, watch)
        && !newest(view, view.withoutTies(), ids, labelsByEntity, results, watch)) {
      throw new IllegalStateException("rows tie that were to be told apart");
    }
  }

  private boolean newest(
      NewestView view,
      Query query,
      EntityIds ids,
      EntityRows labelsByEntity,
      List<MemorySegment> results,
      Watch watch) {
    try (NewestRows values = new NewestRows(view);
        EntityRows rows = readRows(view, query, values, ids, watch);
        Arena arena = Arena.ofShared()) {
      MemorySegment numbers = arena.allocate(Long.BYTES * count, Long.BYTES);
      Words.fill(numbers, -1);
      boolean untied =
          walk(
              rows,
              labelsByEntity,
              () -> new NewestWalk(rows, labelsByEntity, results.getFirst(), numbers),
              NewestWalk::walk,
              watch);
      if (untied) {
        values.gather(numbers, results.subList(1, results.size()));
      }
      return untied;
    }
  }

  private EntityRows readRows(
      NewestView view, Query query, NewestRows values, EntityIds ids, Watch watch) {
    try (EntityRows.Builder builder = new EntityRows.Builder(1, view.count());
        Columns columns = engine.columns(query, watch)) {
      EntityIds.Reader reader = ids.reader();
      int[] entities = new int[0];
      long[][] batch = new long[2][0];
      for (int n = columns.next(); n > 0; n = columns.next()) {
        if (entities.length < n) {
          entities = new int[n];
          batch = new long[2][n];
        }
        reader.find(columns, n, 0, entities);
        columns.longs(keys.size(), batch[0], 0);
        values.append(columns, n, keys.size() + 1, entities, batch[1]);
        builder.append(n, entities, batch);
      }
      return builder.byEntity(ids.size());
    }
  }

  /** A step of a walk: an entity; false ends the walk. */
  private interface Step<W> {
    boolean walk(W walk, int entity);
  }

  /**
   * Entities are independent of each other: they are walked in parallel.
   *
   * @return whether no step has ended it
   */
  private static <W> boolean walk(
      EntityRows rows, EntityRows labels, Supplier<W> walks, Step<W> step, Watch watch) {
    List<Integer> pieces = pieces(rows, labels);
    Queue<W> idle = new ConcurrentLinkedQueue<>();
    AtomicBoolean ended = new AtomicBoolean();
    IntStream.range(0, pieces.size() - 1)
        .parallel()
        .forEach(
            piece -> {
              W kept = idle.poll();
              W walk = kept == null ? walks.get() : kept;
              for (int e = pieces.get(piece);
                  e < pieces.get(piece + 1) && !ended.get() && !watch.isCancelled();
                  e++) {
                if (!step.walk(walk, e)) {
                  ended.set(true);
                }
              }
              idle.add(walk);
            });
    if (watch.isCancelled()) {
      throw new CancellationException("the query was cancelled");
    }
    return !ended.get();
  }

  /** Entities at which pieces of about equal work begin, and the end. */
  private static List<Integer> pieces(EntityRows rows, EntityRows labels) {
    List<Integer> pieces = new ArrayList<>(List.of(0));
    long begun = 0;
    for (int e = 1; e < rows.entities(); e++) {
      long done = (long) rows.start(e) + labels.start(e);
      if (done - begun >= PIECE) {
        pieces.add(e);
        begun = done;
      }
    }
    pieces.add(rows.entities());
    return pieces;
  }
}
