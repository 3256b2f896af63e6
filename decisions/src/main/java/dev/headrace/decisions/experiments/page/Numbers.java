package dev.headrace.decisions.experiments.page;

import dev.headrace.decisions.experiments.analysis.Scale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/** Numbers as a person reads them. */
final class Numbers {
  private static final String MINUS = "\u2212";

  private Numbers() {}

  /** With so many significant digits, without an exponent. */
  static String plain(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    String text = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().abs().toPlainString();
    return rounded.signum() < 0 ? MINUS + text : text;
  }

  /** An effect with its sign; relative ones as a percentage. */
  static String effect(double value, Scale scale) {
    String text = scale == Scale.RELATIVE ? plain(100 * value, 3) + "\u00a0%" : plain(value, 4);
    return value > 0 ? "+" + text : text;
  }

  static String interval(Optional<Double> lower, Optional<Double> upper, Scale scale) {
    return lower.map(l -> effect(l, scale)).orElse("no end")
        + " to "
        + upper.map(u -> effect(u, scale)).orElse("no end");
  }

  /** A chance; what is too small to matter is told as such. */
  static String chance(double value) {
    return value < 0.0001 ? "< 0.0001" : plain(value, 3);
  }

  /** The smallest of 1, 2, 4, 6, 8 times a power of ten that is not below: half of it is short. */
  static double roundedUp(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double digit : new double[] {1, 2, 4, 6, 8}) {
      if (value <= digit * power * (1 + 1e-9)) {
        return digit * power;
      }
    }
    return 10 * power;
  }

  /** A coordinate of a drawing. */
  static String at(double value) {
    return new BigDecimal(value)
        .setScale(1, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
