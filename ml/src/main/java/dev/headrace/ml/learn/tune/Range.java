package dev.headrace.ml.learn.tune;

import dev.headrace.core.project.spec.Doc;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers from which one is drawn, all as likely, or on a logarithmic scale.
 *
 * @param from least, above 0 where logarithmic
 * @param to greatest
 */
@Doc("A range such as 3 to 10, or 0.01 to 0.3 log for a logarithmic scale; percentages without %.")
public record Range(double from, double to, boolean log) {
  private static final String NUMBER = "([0-9]+(?:\\.[0-9]+)?(?:[eE]-?[0-9]+)?)%?";
  private static final Pattern TEXT =
      Pattern.compile(NUMBER + "\\s+to\\s+" + NUMBER + "(\\s+log)?");
  private static final MathContext DIGITS = new MathContext(4);

  public Range {
    if (!(from <= to) || Double.isInfinite(to)) {
      throw new IllegalArgumentException("must rise, and goes from " + from + " to " + to);
    }
    if (log && from <= 0) {
      throw new IllegalArgumentException("must begin above 0 on a logarithmic scale");
    }
  }

  /**
   * Reads {@code 3 to 10} or {@code 0.01 to 0.3 log}.
   *
   * @throws IllegalArgumentException if it is not written so
   */
  public static Range parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be a range such as '3 to 10' or '0.01 to 0.3 log'");
    }
    return new Range(
        Double.parseDouble(matcher.group(1)),
        Double.parseDouble(matcher.group(2)),
        matcher.group(3) != null);
  }

  /** The number at a share of the way, rounded to four digits so that it can be written again. */
  double at(double share) {
    double exact = log ? from * Math.pow(to / from, share) : from + share * (to - from);
    return Math.clamp(new BigDecimal(exact).round(DIGITS).doubleValue(), from, to);
  }

  @Override
  public String toString() {
    return from + " to " + to + (log ? " log" : "");
  }
}
