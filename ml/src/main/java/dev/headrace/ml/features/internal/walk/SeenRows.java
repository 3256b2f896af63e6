package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a view that any label sees, with some of their values, those of one row side by side:
 * who looks a row up touches one or two lines of the cache, not one for each value.
 */
final class SeenRows implements AutoCloseable {
  /** Words of a row before its values: its time, and which values are null. */
  static final int HEAD = 2;

  private static final long ALL_NULL = -1;

  private final Arena arena = Arena.ofShared();
  private final NewestRows newest;
  private final List<Primitive> values;
  private final int width;
  private final MemorySegment words;

  private SeenRows(NewestRows newest, List<Primitive> values) {
    this.newest = newest;
    this.values = values;
    this.width = HEAD + values.size();
    this.words = arena.allocate(Math.max(1, (long) newest.kept() * width) * Long.BYTES, 64);
  }

  /**
   * Reads some values of the rows that labels see.
   *
   * @param columns the time, then values, of all rows
   * @param newest which rows these are; it has numbered them
   */
  static SeenRows read(Columns columns, NewestRows newest) {
    List<Primitive> values =
        columns.schema().fields().stream()
            .skip(1)
            .map(Field::type)
            .map(type -> type == Primitive.DOUBLE ? Primitive.DOUBLE : Primitive.LONG)
            .toList();
    SeenRows read = new SeenRows(newest, values);
    try {
      read.read(columns);
      return read;
    } catch (Throwable e) {
      read.close();
      throw e;
    }
  }

  private void read(Columns columns) {
    MemorySegment places = newest.places();
    long rows = places.byteSize() / Integer.BYTES;
    int[] numbers = new int[0];
    long[] longs = new long[0];
    double[] doubles = new double[0];
    long[] nulls = new long[0];
    long[] batch = new long[0];
    long done = 0;
    long filled = 0;
    for (int n = columns.next(); n > 0; n = columns.next()) {
      if (done + n > rows) {
        throw changed();
      }
      if (numbers.length < n) {
        numbers = new int[n];
        longs = new long[n];
        doubles = new double[n];
        nulls = new long[n];
        batch = new long[n * width];
      }
      MemorySegment.copy(places, JAVA_INT, done * Integer.BYTES, numbers, 0, n);
      int wanted = wanted(numbers, n);
      columns.longs(0, longs, 0);
      take(longs, numbers, wanted, batch, 0);
      Arrays.fill(nulls, 0, n, 0);
      for (int v = 0; v < values.size(); v++) {
        if (values.get(v) == Primitive.DOUBLE) {
          columns.numbers(1 + v, doubles, 0);
          take(doubles, numbers, wanted, batch, HEAD + v);
        } else {
          columns.longs(1 + v, longs, 0, 0);
          take(longs, numbers, wanted, batch, HEAD + v);
        }
        columns.markNulls(1 + v, 1L << v, nulls, 0);
      }
      take(nulls, numbers, wanted, batch, 1);
      MemorySegment.copy(batch, 0, words, JAVA_LONG, filled * width * Long.BYTES, wanted * width);
      filled += wanted;
      done += n;
    }
    if (done != rows || filled != newest.kept()) {
      throw changed();
    }
  }

  /** Puts the places within a batch of the rows that are wanted first. */
  private static int wanted(int[] numbers, int rows) {
    int wanted = 0;
    for (int i = 0; i < rows; i++) {
      int number = numbers[i];
      numbers[wanted] = i;
      wanted += Math.min(number, 1);
    }
    return wanted;
  }

  private void take(double[] from, int[] places, int count, long[] batch, int column) {
    for (int i = 0, to = column; i < count; i++, to += width) {
      batch[to] = Double.doubleToRawLongBits(from[places[i]]);
    }
  }

  private void take(long[] from, int[] places, int count, long[] batch, int column) {
    for (int i = 0, to = column; i < count; i++, to += width) {
      batch[to] = from[places[i]];
    }
  }

  private static IllegalStateException changed() {
    return new IllegalStateException("rows were read in two orders");
  }

  /** How many values of each row are here. */
  int width() {
    return values.size();
  }

  /**
   * Gathers the values of what some labels see.
   *
   * @param from the first label
   * @param begin where it is in what is written, a multiple of 64
   * @param to by value
   * @param present by value, as {@link dev.headrace.spi.engine.ComputedColumns.Values} has it
   */
  void gather(
      long from, int begin, int count, List<MemorySegment> to, List<MemorySegment> present) {
    int[] rows = new int[count];
    long[] places = new long[count];
    long[] taken = new long[count];
    long[] nulls = new long[count];
    newest.rows(from, count, rows);
    for (int i = 0; i < count; i++) {
      places[i] = (long) rows[i] * width;
    }
    Words.take(words, places, 0, taken, count);
    requireSeen(from, rows, taken);
    Words.take(words, places, 1, nulls, count);
    for (int i = 0; i < count; i++) {
      nulls[i] = rows[i] < 0 ? ALL_NULL : nulls[i];
    }
    for (int v = 0; v < values.size(); v++) {
      Words.take(words, places, HEAD + v, taken, count);
      MemorySegment.copy(taken, 0, to.get(v), JAVA_LONG, (long) begin * Long.BYTES, count);
      Words.present(nulls, v, count, present.get(v), begin);
    }
  }

  private void requireSeen(long from, int[] rows, long[] times) {
    long[] seen = new long[times.length];
    MemorySegment.copy(newest.seen(), JAVA_LONG, from * Long.BYTES, seen, 0, seen.length);
    for (int i = 0; i < seen.length; i++) {
      if (rows[i] >= 0 && seen[i] != times[i]) {
        throw changed();
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
