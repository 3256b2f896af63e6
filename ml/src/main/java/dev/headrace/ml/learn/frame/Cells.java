package dev.headrace.ml.learn.frame;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What a cell of a table is as a number. */
public final class Cells {
  private Cells() {}

  /**
   * NaN where missing; true and false are 1 and 0, days and times the seconds since
   * 1970-01-01T00:00Z, a time without a zone as in UTC.
   *
   * @throws HeadraceException LEARN_NOT_FINITE
   */
  public static double number(String column, @Nullable Object cell) {
    return switch (cell) {
      case null -> Double.NaN;
      case Number number -> finite(column, number.doubleValue());
      case Boolean yes -> yes ? 1 : 0;
      case LocalDate day -> day.toEpochDay() * 86_400.0;
      case LocalDateTime time -> seconds(time.toInstant(ZoneOffset.UTC));
      case Instant instant -> seconds(instant);
      default -> throw new IllegalStateException(column + " has a " + cell.getClass());
    };
  }

  private static double seconds(Instant instant) {
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }

  private static double finite(String column, double value) {
    if (Double.isInfinite(value)) {
      throw new HeadraceException(
          LearnError.LEARN_NOT_FINITE,
          "Cannot learn from column '%s': it holds an infinite number.".formatted(column),
          "Let the table give null instead, for example nullif(denominator, 0) in a ratio.");
    }
    return value;
  }
}
