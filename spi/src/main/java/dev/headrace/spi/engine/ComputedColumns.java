package dev.headrace.spi.engine;

import dev.headrace.spi.schema.Schema;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Columns of numbers that this process hands to an engine part by part: what a {@link
 * Relation.Computed} is made of. Values lie outside the Java heap, one after another, 8 bytes each,
 * as this machine orders bytes.
 *
 * <p>Rows are asked for from front to back, by one thread at a time. Close it: its memory is then
 * gone.
 */
public interface ComputedColumns extends AutoCloseable {
  /** Engines ask for no more rows than this at a time: a multiple of 64. */
  int PART_ROWS = 122_880;

  /** Columns of type long or double. */
  Schema schema();

  /** How many rows there are. */
  long rows();

  /**
   * The values of some rows, by column. What it throws, the query throws that asks.
   *
   * @param from the first row, from 0
   * @param rows how many
   * @param room to be written where values do not lie ready
   * @return segments that are left alone until {@code room} is used for another part, or this is
   *     closed
   */
  List<Values> part(long from, int rows, Room room);

  @Override
  void close();

  /**
   * The values of a column.
   *
   * @param present a bit for each row, from the lowest of the first byte on: 1 where there is a
   *     value; absent where all rows have one
   */
  record Values(MemorySegment words, Optional<MemorySegment> present) {}

  /** Memory of an engine for one part; what an earlier part has left is still in it. */
  interface Room {
    /** For the values of a column. */
    MemorySegment words(int column);

    /** For the bits of a column, a whole number of 8 bytes. */
    MemorySegment present(int column);
  }
}
