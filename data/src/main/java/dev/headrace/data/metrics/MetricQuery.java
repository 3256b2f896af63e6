package dev.headrace.data.metrics;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A question to metrics.
 *
 * @param metrics names, at least one; a step of a funnel is {@code funnel.step}
 * @param by dimensions: columns, {@code table.column}, or a grain of time such as {@code day}
 * @param where SQL condition over dimensions, applied to every metric
 * @param from first day of the metrics' time, in the project's time zone
 * @param to last day, included
 * @param order names of result columns, the first matters most; by the dimensions where empty
 * @param limit how many rows at most
 */
public record MetricQuery(
    List<String> metrics,
    List<String> by,
    Optional<String> where,
    Optional<LocalDate> from,
    Optional<LocalDate> to,
    List<Order> order,
    OptionalLong limit) {
  public MetricQuery {
    metrics = List.copyOf(metrics);
    by = List.copyOf(by);
    order = List.copyOf(order);
  }

  /** All of these metrics in one row. */
  public static MetricQuery of(String... metrics) {
    return new MetricQuery(
        List.of(metrics),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        OptionalLong.empty());
  }

  /** The same, split by dimensions. */
  public MetricQuery by(String... dimensions) {
    return new MetricQuery(metrics, List.of(dimensions), where, from, to, order, limit);
  }

  /** The same over fewer rows. */
  public MetricQuery where(String condition) {
    return new MetricQuery(metrics, by, Optional.of(condition), from, to, order, limit);
  }

  /** The same over some days, both included. */
  public MetricQuery between(LocalDate first, LocalDate last) {
    return new MetricQuery(metrics, by, where, Optional.of(first), Optional.of(last), order, limit);
  }

  /**
   * How rows follow each other; nulls come last either way.
   *
   * @param column a column of the result
   */
  public record Order(String column, Way way) {
    /** Reads {@code revenue} and {@code -revenue}, the latter from the greatest. */
    public static Order parse(String text) {
      return text.startsWith("-")
          ? new Order(text.substring(1), Way.DESCENDING)
          : new Order(text, Way.ASCENDING);
    }
  }

  /** Up or down. */
  public enum Way {
    ASCENDING,
    DESCENDING
  }
}
