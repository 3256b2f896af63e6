package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one view, of which every label gets the values of the newest that it sees. They are read
 * twice: first to find the rows that any label sees, then for the values of these alone, some
 * values by one thread and some by another.
 *
 * @param rows all of them, in an order that is the same every time
 * @param withoutTies the same, where of rows of one entity and time only the one that counts is
 *     left: asked for when there are such rows
 * @param count how many rows there are at most
 * @param values types of the values, long or double; for each a column comes back
 */
public record NewestView(Reading rows, Reading withoutTies, long count, List<Primitive> values)
    implements Walked {
  /** As many values as a whole number has bits for. */
  public static final int MOST_VALUES = 62;

  public NewestView {
    values = List.copyOf(values);
    if (values.size() > MOST_VALUES) {
      throw new IllegalArgumentException(values.size() + " values");
    }
  }

  /**
   * Queries of the same rows in the same order.
   *
   * @param times yields the key columns and the time in microseconds
   * @param values each yields the time, then some of the values, of type long or double; all of
   *     them one after the other yield all values
   */
  public record Reading(Query times, List<Query> values) {
    public Reading {
      values = List.copyOf(values);
    }
  }

  @Override
  public List<Primitive> results() {
    List<Primitive> results = new ArrayList<>(List.of(Primitive.LONG));
    results.addAll(values);
    return results;
  }

  @Override
  public long heapBytes(long rows, long labels) {
    return (rows + labels) * Scratch.BYTES_PER_ROW + labels * NewestWalk.BYTES_PER_LABEL;
  }

  @Override
  public long bytes(long labels) {
    return count * (EntityRows.bytesPerRow(1) + Integer.BYTES)
        + Math.min(count, labels)
            * (values.size() + SeenRows.HEAD * rows.values().size())
            * Long.BYTES
        + labels * (Long.BYTES + Integer.BYTES);
  }
}
