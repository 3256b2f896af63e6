package dev.headrace.data.quality.internal;

import org.jspecify.annotations.Nullable;

/**
 * What a query found out about one check.
 *
 * @param rows rows checked: those the check's condition selects
 * @param failing rows that fail
 * @param low least value seen, where it was asked for
 * @param high greatest value seen, where it was asked for
 * @param example a failing value, where it was asked for
 */
public record Measured(
    long rows,
    long failing,
    @Nullable Object low,
    @Nullable Object high,
    @Nullable Object example) {

  static Measured of(long rows, long failing) {
    return new Measured(rows, failing, null, null, null);
  }
}
