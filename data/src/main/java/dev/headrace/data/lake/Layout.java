package dev.headrace.data.lake;

import java.util.Optional;

/**
 * How a version's files are divided, chosen when it is created.
 *
 * @param dayOf the date or timestamp column by whose UTC day files are split; empty when they are
 *     not split
 */
public record Layout(Optional<String> dayOf) {
  /** Files hold rows of any time. */
  public static Layout whole() {
    return new Layout(Optional.empty());
  }

  /** Every file holds the rows of one UTC day of {@code column}, or those where it is null. */
  public static Layout byDayOf(String column) {
    return new Layout(Optional.of(column));
  }
}
