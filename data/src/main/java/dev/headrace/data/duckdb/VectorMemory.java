package dev.headrace.data.duckdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * Copies the values of a vector at once out of the memory where DuckDB has put them. The driver
 * hands out one value at a time, with half a dozen checks each; the two buffers that it reads are
 * private to it. A driver that has them no longer is read value by value, as it wants.
 */
final class VectorMemory {
  private static final Optional<Buffers> BUFFERS = Buffers.find();
  private static final long ALL_PRESENT = -1;

  /**
   * The driver's fields.
   *
   * @param data the values, one after another
   * @param validity a bit for each row, 1 where there is a value; null where all rows have one
   */
  private record Buffers(VarHandle data, VarHandle validity) {
    static Optional<Buffers> find() {
      try {
        MethodHandles.Lookup inside =
            MethodHandles.privateLookupIn(DuckDBReadableVector.class, MethodHandles.lookup());
        return Optional.of(
            new Buffers(
                inside.findVarHandle(DuckDBReadableVector.class, "data", ByteBuffer.class),
                inside.findVarHandle(DuckDBReadableVector.class, "validity", ByteBuffer.class)));
      } catch (ReflectiveOperationException e) {
        return Optional.empty();
      }
    }

    ByteBuffer dataOf(DuckDBReadableVector vector) {
      return (ByteBuffer) data.get(vector);
    }

    @Nullable ByteBuffer validityOf(DuckDBReadableVector vector) {
      return (@Nullable ByteBuffer) validity.get(vector);
    }
  }

  private VectorMemory() {}

  /** Whether this driver has the memory that is read here. */
  static boolean isThere() {
    return BUFFERS.isPresent();
  }

  /** Copies numbers, NaN where null; false, and nothing copied, if they have to be asked for. */
  static boolean numbers(DuckDBReadableVector vector, int rows, double[] into, int at) {
    if (BUFFERS.isEmpty()) {
      return false;
    }
    ByteBuffer data = BUFFERS.get().dataOf(vector);
    switch (vector.getType()) {
      case DOUBLE -> data.asDoubleBuffer().get(0, into, at, rows);
      case FLOAT -> {
        for (int i = 0; i < rows; i++) {
          into[at + i] = data.getFloat(i * Float.BYTES);
        }
      }
      case BIGINT -> {
        for (int i = 0; i < rows; i++) {
          into[at + i] = data.getLong(i * Long.BYTES);
        }
      }
      case INTEGER -> {
        for (int i = 0; i < rows; i++) {
          into[at + i] = data.getInt(i * Integer.BYTES);
        }
      }
      default -> {
        return false;
      }
    }
    eachNull(vector, rows, i -> into[at + i] = Double.NaN);
    return true;
  }

  /** Copies whole numbers, and what stands for null; false if they have to be asked for. */
  static boolean longs(DuckDBReadableVector vector, int rows, long[] into, int at, long absent) {
    if (BUFFERS.isEmpty()) {
      return false;
    }
    ByteBuffer data = BUFFERS.get().dataOf(vector);
    switch (vector.getType()) {
      case BIGINT -> data.asLongBuffer().get(0, into, at, rows);
      case INTEGER -> {
        for (int i = 0; i < rows; i++) {
          into[at + i] = data.getInt(i * Integer.BYTES);
        }
      }
      default -> {
        return false;
      }
    }
    eachNull(vector, rows, i -> into[at + i] = absent);
    return true;
  }

  /** Tells the rows that have no value, from 0, with whatever driver. */
  static void eachNull(DuckDBReadableVector vector, int rows, IntConsumer row) {
    if (BUFFERS.isEmpty()) {
      IntStream.range(0, rows).filter(vector::isNull).forEach(row);
      return;
    }
    ByteBuffer validity = BUFFERS.get().validityOf(vector);
    for (int first = 0; validity != null && first < rows; first += Long.SIZE) {
      long absent = validity.getLong(first / Byte.SIZE) ^ ALL_PRESENT;
      if (rows - first < Long.SIZE) {
        absent &= (1L << (rows - first)) - 1;
      }
      for (; absent != 0; absent &= absent - 1) {
        row.accept(first + Long.numberOfTrailingZeros(absent));
      }
    }
  }
}
