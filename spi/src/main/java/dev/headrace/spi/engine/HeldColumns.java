package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Columns of numbers that are held outside the Java heap, all rows at once; none is null. Nothing
 * is copied when they are handed out.
 *
 * <p>Several threads may write and read it, as far as they agree on who writes where.
 */
public final class HeldColumns implements ComputedColumns {
  private final Arena arena = Arena.ofShared();
  private final Schema schema;
  private final long rows;
  private final List<MemorySegment> columns = new ArrayList<>();

  /** Room for so many rows, every value 0. */
  public HeldColumns(Schema schema, long rows) {
    for (Field field : schema.fields()) {
      if (field.type() != Type.Primitive.LONG && field.type() != Type.Primitive.DOUBLE) {
        throw new IllegalArgumentException(field + " is neither long nor double");
      }
    }
    this.schema = schema;
    this.rows = rows;
    try {
      schema.fields().forEach(_ -> columns.add(arena.allocate(rows * Long.BYTES, 64)));
    } catch (RuntimeException | OutOfMemoryError e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rows() {
    return rows;
  }

  /**
   * The values of a column, to be written and read in place.
   *
   * @param column from 0
   */
  public MemorySegment values(int column) {
    return columns.get(column);
  }

  @Override
  public List<Values> part(long from, int count, Room room) {
    return columns.stream()
        .map(column -> column.asSlice(from * Long.BYTES, (long) count * Long.BYTES))
        .map(words -> new Values(words, Optional.empty()))
        .toList();
  }

  @Override
  public void close() {
    arena.close();
  }
}
