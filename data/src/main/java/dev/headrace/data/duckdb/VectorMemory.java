package dev.headrace.data.duckdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
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
  /** The values, one after another. */
  private static final @Nullable VarHandle DATA = buffer("data");

  /** A bit for each row, 1 where there is a value; null where all rows have one. */
  private static final @Nullable VarHandle VALIDITY = buffer("validity");

  private static final long ALL_PRESENT = -1;

  private VectorMemory() {}

  private static @Nullable VarHandle buffer(String field) {
    try {
      return MethodHandles.privateLookupIn(DuckDBReadableVector.class, MethodHandles.lookup())
          .findVarHandle(DuckDBReadableVector.class, field, ByteBuffer.class);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Whether this driver has the memory that is read here. */
  static boolean isThere() {
    return DATA != null && VALIDITY != null;
  }

  /** Copies numbers, NaN where null; false, and nothing copied, if they have to be asked for. */
  static boolean numbers(DuckDBReadableVector vector, int rows, double[] into, int at) {
    if (DATA == null || VALIDITY == null) {
      return false;
    }
    ByteBuffer data = (ByteBuffer) DATA.get(vector);
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
    if (DATA == null || VALIDITY == null) {
      return false;
    }
    ByteBuffer data = (ByteBuffer) DATA.get(vector);
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
    if (VALIDITY == null) {
      IntStream.range(0, rows).filter(vector::isNull).forEach(row);
      return;
    }
    ByteBuffer validity = (ByteBuffer) VALIDITY.get(vector);
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
