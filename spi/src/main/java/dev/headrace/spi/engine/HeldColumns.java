package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns of numbers outside the Java heap, all rows at once: what a {@link Relation.Computed} is
 * made of. Values lie one after another, 8 bytes each, as this machine orders bytes; none is null,
 * so whoever computes them says in a column of its own where there is nothing.
 *
 * <p>Several threads may write and read it, as far as they agree on who writes where. Close it: its
 * memory is then gone.
 */
public final class HeldColumns implements AutoCloseable {
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

  public Schema schema() {
    return schema;
  }

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
  public void close() {
    arena.close();
  }
}
