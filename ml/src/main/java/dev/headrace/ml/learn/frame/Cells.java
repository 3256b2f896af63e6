package dev.headrace.ml.learn.frame;

import dev.headrace.ml.learn.LearnError;
import dev.headrace.spi.engine.Numbers;
import dev.headrace.spi.error.HeadraceException;
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
    return finite(column, Numbers.of(cell));
  }

  /**
   * The same of a number that is one already.
   *
   * @throws HeadraceException LEARN_NOT_FINITE
   */
  public static double finite(String column, double value) {
    if (Double.isInfinite(value)) {
      throw new HeadraceException(
          LearnError.LEARN_NOT_FINITE,
          "Cannot use column '%s': it holds an infinite number.".formatted(column),
          "Let the table give null instead, for example nullif(denominator, 0) in a ratio.");
    }
    return value;
  }
}
