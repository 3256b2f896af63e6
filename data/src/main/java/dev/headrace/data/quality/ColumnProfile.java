package dev.headrace.data.quality;

import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the values of one column look like. Of a column with parts (struct, list, map) only nulls
 * are known.
 *
 * @param rows rows of the table
 * @param nulls rows without a value
 * @param notFinite values that are NaN or infinite; every other figure leaves them out
 * @param approximateDistinct distinct values, within a few percent (HyperLogLog)
 * @param range least and greatest value; of numbers, times and text
 * @param mean of numbers, and of the length of text in characters
 * @param standardDeviation of numbers, with n - 1
 * @param quantiles at {@link #QUANTILES}, approximate (t-digest: the rank is off by well under one
 *     percent); of numbers and times, otherwise empty
 * @param length least and greatest number of characters of text
 * @param top up to five most frequent values with exact counts, most frequent first; empty where
 *     most values are distinct
 * @param histogram of numbers and times
 */
public record ColumnProfile(
    String name,
    Type type,
    long rows,
    long nulls,
    long notFinite,
    OptionalLong approximateDistinct,
    Optional<Range> range,
    OptionalDouble mean,
    OptionalDouble standardDeviation,
    List<Object> quantiles,
    Optional<Length> length,
    List<ValueCount> top,
    Optional<Histogram> histogram) {
  /** The probabilities of {@link #quantiles}. */
  public static final List<Double> QUANTILES = List.of(0.05, 0.25, 0.5, 0.75, 0.95);

  public ColumnProfile {
    quantiles = List.copyOf(quantiles);
    top = List.copyOf(top);
  }

  /** Least and greatest value, as the engine returns values of the column's type. */
  public record Range(Object least, Object greatest) {}

  /** Least and greatest number of characters. */
  public record Length(long least, long greatest) {}

  /** How many rows have one value, given as text. */
  public record ValueCount(String text, long rows) {}

  /**
   * Rows per bin of equal width.
   *
   * @param low lower end of the first bin; of times in microseconds since 1970 UTC
   * @param high upper end of the last bin, which it includes
   */
  public record Histogram(double low, double high, List<Long> rows) {
    /** Number of bins. */
    public static final int BINS = 20;

    public Histogram {
      rows = List.copyOf(rows);
    }
  }
}
