package dev.headrace.data.metrics;

import java.util.List;
import java.util.Optional;

/**
 * What a question comes down to. Pure data: the statement reads {@link #tables} and nothing else,
 * and may be run by {@code headrace sql} as it stands.
 *
 * @param columns of the result, dimensions first
 * @param tables what FROM names
 */
public record MetricPlan(String sql, List<Column> columns, List<String> tables) {
  public MetricPlan {
    columns = List.copyOf(columns);
    tables = List.copyOf(tables);
  }

  /** One column of the result. */
  public sealed interface Column {
    /** Its name in the result. */
    String name();
  }

  /**
   * What rows are split by.
   *
   * @param source the table.column or the grain of time it is
   */
  public record Dimension(String name, String source) implements Column {}

  /** A metric's value. */
  public record Value(String name, Optional<String> unit, Direction direction) implements Column {}
}
