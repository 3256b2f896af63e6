package dev.headrace.ml.features.internal.walk;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.schema.Type.Primitive;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one view, of which every label gets the values of the newest that it sees.
 *
 * @param rows yields the key columns, the time in microseconds, a whole number whose bits say which
 *     values are null, then the values; none of these is null, but doubles may be
 * @param withoutTies the same, where of rows of one entity and time only the one that counts is
 *     left: asked for when there are such rows
 * @param count how many rows there are at most
 * @param values types of the values, long or double; for each a column comes back, after the bits
 */
public record NewestView(Query rows, Query withoutTies, long count, List<Primitive> values)
    implements Walked {
  /** As many values as a whole number has bits for. */
  public static final int MOST_VALUES = 62;

  public NewestView {
    values = List.copyOf(values);
    if (values.size() > MOST_VALUES) {
      throw new IllegalArgumentException(values.size() + " values");
    }
  }

  /** Words of a row: which are null, then the values. */
  int width() {
    return 1 + values.size();
  }

  @Override
  public List<Primitive> results() {
    List<Primitive> results = new ArrayList<>(List.of(Primitive.LONG, Primitive.LONG));
    results.addAll(values);
    return results;
  }

  @Override
  public long bytesPerRow() {
    return EntityRows.bytesPerRow(1) + (long) Long.BYTES * width();
  }

  @Override
  public long bytesPerLabel() {
    return Long.BYTES;
  }
}
