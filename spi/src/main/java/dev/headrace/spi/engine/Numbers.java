package dev.headrace.spi.engine;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What a value of {@link Rows} is as a number; {@link Columns} tells the rule. */
public final class Numbers {
  private static final int SECONDS_PER_DAY = 86_400;

  private Numbers() {}

  /**
   * The number; NaN where missing.
   *
   * @throws IllegalArgumentException for a value that stands for no number
   */
  public static double of(@Nullable Object value) {
    return switch (value) {
      case null -> Double.NaN;
      case Number number -> number.doubleValue();
      case Boolean yes -> yes ? 1 : 0;
      case LocalDate day -> day(day.toEpochDay());
      case LocalDateTime time -> of(time.toInstant(ZoneOffset.UTC));
      case Instant instant -> instant.getEpochSecond() + instant.getNano() / 1e9;
      default -> throw new IllegalArgumentException("no number: a " + value.getClass().getName());
    };
  }

  /** Days since 1970-01-01 in seconds. */
  public static double day(long epochDay) {
    return (double) epochDay * SECONDS_PER_DAY;
  }
}
