package dev.headrace.data.lake;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows whose column lies between two values, both included; a null matches never.
 *
 * <p>Used to leave out files, not rows: a file stays unless its metrics prove that no row matches.
 *
 * @param column top-level column, or a path of struct fields joined by dots
 * @param lower a value as in {@link dev.headrace.spi.engine.Rows}; null for no limit
 * @param upper likewise
 */
public record Between(String column, @Nullable Object lower, @Nullable Object upper) {
  private static final List<Class<?>> CLASSES =
      List.of(
          Boolean.class,
          Number.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          Instant.class,
          String.class,
          UUID.class,
          byte[].class);

  public Between {
    check(lower);
    check(upper);
  }

  /** The rows of the UTC days {@code from} until before {@code to}. */
  public static Between days(String column, LocalDate from, LocalDate to) {
    return new Between(column, from, to.minusDays(1));
  }

  private static void check(@Nullable Object value) {
    if (value != null && CLASSES.stream().noneMatch(type -> type.isInstance(value))) {
      throw new IllegalArgumentException("cannot compare a " + value.getClass().getName());
    }
  }
}
