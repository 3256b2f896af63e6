package dev.headrace.data.lake;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One data file of a snapshot.
 *
 * @param path absolute
 * @param day the UTC day of all its rows, when the layout splits by day and they have a time
 * @param columns what is known per field id; columns inside lists and maps are never known
 */
public record FileEntry(
    String path, long rows, long sizeBytes, Optional<LocalDate> day, Map<Integer, Column> columns) {
  public FileEntry {
    columns = Map.copyOf(columns);
  }

  /**
   * One column in one file. Bounds are values as in {@link dev.headrace.spi.engine.Rows}; those of
   * strings are cut after 16 characters (the upper one rounded up), so they bound but need not
   * occur.
   *
   * @param nulls null values; -1 when unknown
   * @param lower no value is less; null when unknown or all are null
   * @param upper no value is greater; null when unknown or all are null
   */
  public record Column(long nulls, @Nullable Object lower, @Nullable Object upper) {}
}
