package dev.headrace.ml.features.internal.walk;

import dev.headrace.core.parallel.SideBySide;
import dev.headrace.ml.features.internal.walk.ViewWalk.Found;
import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.engine.HeldColumns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Labels of one key, and the views that are joined with them: every label's results in the order in
 * which the labels are read.
 *
 * @param keys how the key columns are read, of labels and rows alike
 * @param labels yields the key columns, the moment in microseconds, {@link #NEVER} where there is
 *     none, and 1 where a label has a moment and all keys, else 0; keys that are whole numbers are
 *     not null; then the values that are carried
 * @param count how many labels there are
 * @param carried types of values that come back as they are, long or double
 */
public record LabelWalk(
    SqlEngine engine,
    List<KeyKind> keys,
    Query labels,
    long count,
    List<Primitive> carried,
    List<Walked> views) {
  /** Before any time. */
  public static final long NEVER = Long.MIN_VALUE;

  /** The column with the moment of each label, {@link #NEVER} where it has none. */
  public static final String MOMENT = "hr_t";

  /** As many values as a whole number has bits for. */
  public static final int MOST_CARRIED = 62;

  /** More rows than this do not fit a plan that numbers them. */
  public static final long MOST_ROWS = Integer.MAX_VALUE - 8;

  public LabelWalk {
    keys = List.copyOf(keys);
    carried = List.copyOf(carried);
    views = List.copyOf(views);
  }

  /** The column with a value that is carried. */
  public static String carried(int index) {
    return "hr_l_" + index;
  }

  /** The column with a result of a view. */
  public static String result(int view, int index) {
    return "hr_v_" + view + "_" + index;
  }

  /** What comes back: {@link #MOMENT}, what is carried, then the results view by view. */
  public Schema schema() {
    List<Field> fields = new ArrayList<>(ownSchema().fields());
    for (int v = 0; v < views.size(); v++) {
      fields.addAll(schema(v).fields());
    }
    return new Schema(fields);
  }

  private Schema ownSchema() {
    List<Field> fields = new ArrayList<>(List.of(Field.unassigned(MOMENT, Primitive.LONG)));
    for (int i = 0; i < carried.size(); i++) {
      fields.add(Field.unassigned(carried(i), carried.get(i)));
    }
    return new Schema(fields);
  }

  private Schema schema(int view) {
    List<Field> fields = new ArrayList<>();
    for (Primitive type : views.get(view).results()) {
      fields.add(Field.unassigned(result(view, fields.size()), type));
    }
    return new Schema(fields);
  }

  /**
   * How much it holds outside the heap at most, in bytes: labels and views that are being read,
   * what comes back of them, and the parts that an engine reads at once.
   */
  public long bytes() {
    long part = Math.min(count, ComputedColumns.PART_ROWS) * Long.BYTES * schema().fields().size();
    return count * (LabelColumns.bytesPerLabel(carried.size()) + EntityRows.bytesPerRow(1))
        + views.stream().mapToLong(view -> view.bytes(count)).sum()
        + part * (Runtime.getRuntime().availableProcessors() + 1);
  }

  /**
   * How much of the heap it takes at most, in bytes: when one processor is at an entity as large as
   * the largest, and every one has been at as large ones as are walked side by side, in as many
   * views as are walked at once.
   *
   * @param rows of the largest entity
   * @param labels of the entity that has most
   */
  public long heapBytes(long rows, long labels) {
    int processors = Runtime.getRuntime().availableProcessors();
    long atOnce = (long) processors * Math.max(1, Math.min(processors, views.size()));
    return greatest(rows, labels) + atOnce * greatest(Pieces.LARGE, Pieces.LARGE);
  }

  private long greatest(long rows, long labels) {
    return views.stream().mapToLong(view -> view.heapBytes(rows, labels)).max().orElse(0);
  }

  /**
   * Reads and computes. May be run any number of times; every time it reads anew.
   *
   * @throws CancellationException when cancelled
   */
  public ComputedColumns run(Watch watch) {
    LabelColumns own = new LabelColumns(ownSchema(), count);
    Queue<Runnable> made = new ConcurrentLinkedQueue<>(List.of(own::close));
    try {
      List<Found> found = walk(own, made, watch);
      List<ComputedColumns> columns = new ArrayList<>(List.of(own));
      columns.addAll(readValues(found, made, watch));
      if (watch.isCancelled()) {
        throw new CancellationException("the query was cancelled");
      }
      return new WalkedColumns(schema(), count, columns);
    } catch (Throwable e) {
      made.forEach(Runnable::run);
      throw e;
    }
  }

  private List<Found> walk(LabelColumns own, Queue<Runnable> made, Watch watch) {
    try (EntityIds ids = new EntityIds(keys);
        EntityRows labelsByEntity = readLabels(ids, own, watch)) {
      ViewWalk walk =
          new ViewWalk(engine, keys, ids, labelsByEntity, count, new ReentrantLock(), watch);
      return SideBySide.results(
          views.size(),
          v -> {
            Found found = walk.walk(views.get(v), schema(v));
            made.add(found::close);
            return found;
          });
    }
  }

  /** One reading of one view. */
  private record Left(NewestRows newest, Query values) {}

  /** What is left to be read of all views is read in one go: no processor waits for another. */
  private List<ComputedColumns> readValues(List<Found> found, Queue<Runnable> made, Watch watch) {
    List<Left> left = new ArrayList<>();
    for (Found each : found) {
      if (each instanceof Found.Rows(NewestRows newest, List<Query> values)) {
        values.forEach(query -> left.add(new Left(newest, query)));
      }
    }
    Iterator<SeenRows> read =
        SideBySide.results(
                left.size(),
                i -> {
                  try (Columns columns = engine.columns(left.get(i).values, watch)) {
                    SeenRows rows = SeenRows.read(columns, left.get(i).newest);
                    made.add(rows::close);
                    return rows;
                  }
                })
            .iterator();
    List<ComputedColumns> columns = new ArrayList<>();
    for (int v = 0; v < found.size(); v++) {
      columns.add(
          switch (found.get(v)) {
            case Found.Results(HeldColumns results) -> results;
            case Found.Rows(NewestRows newest, List<Query> values) -> {
              newest.settle();
              yield new NewestValues(
                  schema(v), newest, values.stream().map(_ -> read.next()).toList());
            }
          });
    }
    return columns;
  }

  private EntityRows readLabels(EntityIds ids, LabelColumns own, Watch watch) {
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
        own.read(columns, keys.size(), position, n);
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
      ids.settle();
      return builder.byEntity(ids.size());
    }
  }
}
