package dev.headrace.data.quality.internal;

/**
 * What the bounds of a column of whole numbers tell, a key or one that refers to a key.
 *
 * @param values values that are not null
 * @param least least of them
 * @param greatest greatest of them
 */
public record KeyRange(long values, long least, long greatest) {
  /** A bit for each number then takes no more memory than the values themselves. */
  private static final long MOST_NUMBERS_PER_VALUE = 64;

  /** Numbers from the least to the greatest; not positive when there are too many for a long. */
  public long numbers() {
    return greatest - least + 1;
  }

  /** Whether the values lie so close that one bit for each number between them is worth it. */
  public boolean isDense() {
    return numbers() > 0 && numbers() / MOST_NUMBERS_PER_VALUE <= values;
  }
}
