package dev.headrace.ml.features.internal.walk;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.headrace.spi.engine.Columns;
import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.engine.HeldColumns;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The moments of labels, and values of theirs that come back as they are. */
final class LabelColumns implements ComputedColumns {
  private final HeldColumns held;
  private final int carried;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment nulls;
  private long anyNull;
  private long[] longs = new long[0];
  private double[] doubles = new double[0];

  /**
   * @param schema the moment, then what is carried
   */
  LabelColumns(Schema schema, long labels) {
    carried = schema.fields().size() - 1;
    held = new HeldColumns(schema, labels);
    nulls = arena.allocate(carried == 0 ? 0 : Long.BYTES * labels, Long.BYTES);
  }

  static long bytesPerLabel(int carried) {
    return (long) Long.BYTES * (carried == 0 ? 1 : 2 + carried);
  }

  /**
   * Takes over a batch.
   *
   * @param moment column of the moment; after it and another one, the values
   * @param position of the first label
   */
  void read(Columns columns, int moment, long position, int count) {
    if (longs.length < count) {
      longs = new long[count];
      doubles = new double[count];
    }
    columns.longs(moment, longs, 0);
    put(held.values(0), position, count);
    if (carried > 0) {
      readNulls(columns, moment + 2, count);
      put(nulls, position, count);
    }
    List<Field> fields = held.schema().fields();
    for (int c = 1; c <= carried; c++) {
      if (fields.get(c).type() == Primitive.DOUBLE) {
        columns.numbers(moment + 1 + c, doubles, 0);
        MemorySegment.copy(doubles, 0, held.values(c), JAVA_DOUBLE, position * Double.BYTES, count);
      } else {
        columns.longs(moment + 1 + c, longs, 0, 0);
        put(held.values(c), position, count);
      }
    }
  }

  private void readNulls(Columns columns, int first, int count) {
    Arrays.fill(longs, 0, count, 0);
    for (int c = 0; c < carried; c++) {
      columns.markNulls(first + c, 1L << c, longs, 0);
    }
    for (int i = 0; i < count; i++) {
      anyNull |= longs[i];
    }
  }

  private void put(MemorySegment to, long position, int count) {
    MemorySegment.copy(longs, 0, to, JAVA_LONG, position * Long.BYTES, count);
  }

  @Override
  public Schema schema() {
    return held.schema();
  }

  @Override
  public long rows() {
    return held.rows();
  }

  @Override
  public List<Values> part(long from, int rows, Room room) {
    List<Values> part = new ArrayList<>(held.part(from, rows, room));
    if (anyNull != 0) {
      long[] bits = new long[rows];
      MemorySegment.copy(nulls, JAVA_LONG, from * Long.BYTES, bits, 0, rows);
      for (int c = 0; c < carried; c++) {
        if (((anyNull >>> c) & 1) != 0) {
          MemorySegment present = room.present(1 + c);
          Words.present(bits, c, rows, present, 0);
          part.set(1 + c, new Values(part.get(1 + c).words(), Optional.of(present)));
        }
      }
    }
    return part;
  }

  @Override
  public void close() {
    try (held) {
      arena.close();
    }
  }
}
