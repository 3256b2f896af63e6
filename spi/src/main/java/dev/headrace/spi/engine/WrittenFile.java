package dev.headrace.spi.engine;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A finished Parquet file and what is known of its content.
 *
 * @param path absolute
 * @param columns metrics per top-level or nested primitive field id; a missing id is unknown
 * @param day the UTC day of all its rows when the write was split by day; empty when it was not or
 *     when these are the rows whose time is null
 * @param freeOf those conditions of {@link WriteTarget#lookFor} that are true of no row; of others
 *     it is not known
 */
public record WrittenFile(
    String path,
    long rows,
    long sizeBytes,
    Map<Integer, ColumnMetrics> columns,
    Optional<LocalDate> day,
    Set<String> freeOf) {
  public WrittenFile {
    columns = Map.copyOf(columns);
    freeOf = Set.copyOf(freeOf);
  }

  /** Nothing is known but what the file's own metadata tell. */
  public WrittenFile(
      String path,
      long rows,
      long sizeBytes,
      Map<Integer, ColumnMetrics> columns,
      Optional<LocalDate> day) {
    this(path, rows, sizeBytes, columns, day, Set.of());
  }

  /** The same file, of which this is known too. */
  public WrittenFile freeOf(Set<String> conditions) {
    return new WrittenFile(path, rows, sizeBytes, columns, day, conditions);
  }

  /**
   * Metrics of one column in one file.
   *
   * @param sizeBytes compressed size on disk
   * @param values values including nulls
   * @param nulls null values
   * @param lower a lower bound as text in DuckDB's or ISO form; null when unknown or when the
   *     column holds NaN
   * @param upper an upper bound, likewise
   */
  public record ColumnMetrics(
      long sizeBytes, long values, long nulls, @Nullable String lower, @Nullable String upper) {}
}
