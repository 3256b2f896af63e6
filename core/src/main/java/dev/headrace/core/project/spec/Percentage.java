package dev.headrace.core.project.spec;

import java.math.BigDecimal;

/**
 * A share between 0 and 100 %, written {@code 1%} or {@code 0.5%}; never a bare number, which could
 * mean either.
 *
 * @param percent 1 means one in a hundred
 */
@Doc("A share written as a percentage between 0% and 100%.")
public record Percentage(BigDecimal percent) {
  /** What is written, for schemas. */
  static final String PATTERN = "^(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]+)?)%$";

  public Percentage {
    if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
      throw new IllegalArgumentException("must lie between 0% and 100%");
    }
  }

  /**
   * Reads {@code 1%}.
   *
   * @throws IllegalArgumentException if there is no percent sign or the share is out of range
   */
  public static Percentage parse(String text) {
    if (!text.matches(PATTERN)) {
      throw new IllegalArgumentException("must be a percentage from 0% to 100%, such as 1%");
    }
    return new Percentage(new BigDecimal(text.substring(0, text.length() - 1)));
  }

  /** The same share between 0 and 1. */
  public double fraction() {
    return percent.movePointLeft(2).doubleValue();
  }

  @Override
  public String toString() {
    return percent.toPlainString() + "%";
  }
}
