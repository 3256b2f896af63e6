package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The newest values of labels, gathered part by part when they are asked for. Of all rows those are
 * kept that any label sees, the values of one side by side: who looks a row up touches one or two
 * lines of the cache, not one for each value.
 */
final class NewestValues implements ComputedColumns {
  /** Labels whose values are gathered together: their rows stay in the cache meanwhile. */
  private static final int BLOCK = 1 << 10;

  /** Words of a row before its values: its time, and which values are null. */
  private static final int HEAD = 2;

  private static final long ALL_NULL = -1;

  private final Arena arena = Arena.ofShared();
  private final Schema schema;
  private final List<Primitive> values;
  private final NewestRows newest;
  private final long labels;
  private final int width;
  private final MemorySegment words;

  private NewestValues(NewestView view, Schema schema, NewestRows newest, long labels, int kept) {
    this.schema = schema;
    this.values = view.values();
    this.newest = newest;
    this.labels = labels;
    this.width = HEAD + values.size();
    this.words = arena.allocate(Math.max(1, (long) kept * width) * Long.BYTES, 64);
  }

  /**
   * Reads the values of the rows that labels see.
   *
   * @param columns as {@link NewestView.Reading#values} yields them
   * @param rows how many were read before
   * @param newest closed with this
   */
  static NewestValues read(
      Columns columns, NewestView view, Schema schema, NewestRows newest, long rows, long labels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment places = arena.allocate(Integer.BYTES * Math.max(1, rows), Long.BYTES);
      int kept = newest.renumber(places);
      NewestValues read = new NewestValues(view, schema, newest, labels, kept);
      try {
        read.read(columns, places, rows, kept);
        return read;
      } catch (Throwable e) {
        read.arena.close();
        throw e;
      }
    }
  }

  private void read(Columns columns, MemorySegment places, long rows, int kept) {
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
    if (done != rows || filled != kept) {
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

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rows() {
    return labels;
  }

  @Override
  public List<Values> part(long from, int rows, Room room) {
    List<MemorySegment> gathered = new ArrayList<>();
    List<MemorySegment> present = new ArrayList<>();
    for (int c = 0; c < values.size(); c++) {
      gathered.add(room.words(1 + c));
      present.add(room.present(1 + c));
    }
    // Blocks are written by all processors: the engine waits for one part at a time.
    int blocks = (rows + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(
            block -> {
              int begin = block * BLOCK;
              gather(from, begin, Math.min(BLOCK, rows - begin), gathered, present);
            });
    List<Values> part = new ArrayList<>();
    part.add(
        new Values(
            newest.seen().asSlice(from * Long.BYTES, (long) rows * Long.BYTES), Optional.empty()));
    for (int c = 0; c < values.size(); c++) {
      part.add(new Values(gathered.get(c), Optional.of(present.get(c))));
    }
    return part;
  }

  private void gather(
      long from, int begin, int count, List<MemorySegment> to, List<MemorySegment> present) {
    int[] rows = new int[count];
    long[] places = new long[count];
    long[] taken = new long[count];
    long[] nulls = new long[count];
    newest.rows(from + begin, count, rows);
    for (int i = 0; i < count; i++) {
      places[i] = (long) rows[i] * width;
    }
    Words.take(words, places, 0, taken, count);
    requireSeen(from + begin, rows, taken);
    Words.take(words, places, 1, nulls, count);
    for (int i = 0; i < count; i++) {
      nulls[i] = rows[i] < 0 ? ALL_NULL : nulls[i];
    }
    for (int c = 0; c < values.size(); c++) {
      Words.take(words, places, HEAD + c, taken, count);
      MemorySegment.copy(taken, 0, to.get(c), JAVA_LONG, (long) begin * Long.BYTES, count);
      Words.present(nulls, c, count, present.get(c), begin);
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
    try (newest) {
      arena.close();
    }
  }
}
