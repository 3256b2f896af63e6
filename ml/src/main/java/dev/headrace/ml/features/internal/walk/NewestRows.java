package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Values of rows, those of one row side by side: who looks a row up touches one or two lines of the
 * cache, not one for each value.
 */
final class NewestRows implements AutoCloseable {
  /** Labels whose values are gathered together: their rows stay in the cache meanwhile. */
  private static final int PART = 1 << 11;

  private final Arena arena = Arena.ofShared();
  private final NewestView view;
  private final int width;
  private final MemorySegment words;
  private long size;
  private long[] longs = new long[0];
  private double[] doubles = new double[0];
  private long[] batch = new long[0];

  NewestRows(NewestView view) {
    this.view = view;
    this.width = view.width();
    this.words = arena.allocate(Long.BYTES * width * view.count(), Long.BYTES);
  }

  /**
   * Takes over the rows of a batch that have an entity.
   *
   * @param firstColumn the column that says which values are null
   * @param numbers where the number of each goes, by which it is gathered
   */
  void append(Columns columns, int rows, int firstColumn, int[] entities, long[] numbers) {
    if (longs.length < rows) {
      longs = new long[rows];
      doubles = new double[rows];
      batch = new long[rows * width];
    }
    int kept = 0;
    for (int i = 0; i < rows; i++) {
      numbers[i] = entities[i] < 0 ? -1 : size + kept++;
    }
    if (size + kept > view.count()) {
      throw new IllegalStateException("more than the " + view.count() + " rows that were counted");
    }
    for (int c = 0; c < width; c++) {
      if (c > 0 && view.values().get(c - 1) == Primitive.DOUBLE) {
        columns.numbers(firstColumn + c, doubles, 0);
        for (int i = 0, to = c; i < rows; i++) {
          if (numbers[i] >= 0) {
            batch[to] = Double.doubleToRawLongBits(doubles[i]);
            to += width;
          }
        }
      } else {
        columns.longs(firstColumn + c, longs, 0);
        for (int i = 0, to = c; i < rows; i++) {
          if (numbers[i] >= 0) {
            batch[to] = longs[i];
            to += width;
          }
        }
      }
    }
    MemorySegment.copy(batch, 0, words, JAVA_LONG, size * width * Long.BYTES, kept * width);
    size += kept;
  }

  /**
   * Writes the values of each label's row.
   *
   * @param newest by position, the number of a row; -1 where none is seen
   * @param results which values are null, then the values
   */
  void gather(MemorySegment newest, List<MemorySegment> results) {
    long count = newest.byteSize() / Long.BYTES;
    LongStream.range(0, (count + PART - 1) / PART)
        .parallel()
        .forEach(
            part -> {
              long from = part * PART;
              int labels = (int) Math.min(PART, count - from);
              long[] places = new long[labels];
              long[] values = new long[labels];
              MemorySegment.copy(newest, JAVA_LONG, from * Long.BYTES, places, 0, labels);
              for (int i = 0; i < labels; i++) {
                places[i] = places[i] < 0 ? -1 : places[i] * width;
              }
              for (int c = 0; c < width; c++) {
                Words.take(words, places, c, values, labels);
                MemorySegment.copy(
                    values, 0, results.get(c), JAVA_LONG, from * Long.BYTES, labels);
              }
            });
  }

  @Override
  public void close() {
    arena.close();
  }
}
