package dev.headrace.cli.command;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as a person reads them: some significant digits, never an exponent. */
final class Figures {
  private Figures() {}

  /** With so many significant digits. */
  static String of(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** A share as a percentage, such as {@code 12.3 %}. */
  static String percent(double share, int digits) {
    return of(100 * share, digits) + " %";
  }
}
