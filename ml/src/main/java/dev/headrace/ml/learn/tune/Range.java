package dev.headrace.ml.learn.tune;

import dev.headrace.core.project.spec.Doc;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Numbers from which one is drawn, all as likely, or on a logarithmic scale.
 *
 * @param from least, above 0 where logarithmic
 * @param to greatest
 * @param oneOf the only ones that are drawn, each once; empty where all between may be
 */
@Doc(
    "A range such as 3 to 10, or 0.01 to 0.3 log for a logarithmic scale, or single numbers such as"
        + " 4 or 6 or 8; percentages without %.")
public record Range(double from, double to, boolean log, List<Double> oneOf) {
  private static final String NUMBER = "([0-9]+(?:\\.[0-9]+)?(?:[eE]-?[0-9]+)?)%?";
  private static final Pattern SEVERAL = Pattern.compile(NUMBER + "(\\s+or\\s+" + NUMBER + ")+");
  private static final Pattern OR = Pattern.compile("%?\\s+or\\s+|%$");
  private static final Pattern TEXT =
      Pattern.compile(NUMBER + "\\s+to\\s+" + NUMBER + "(\\s+log)?");
  private static final MathContext DIGITS = new MathContext(4);

  /** All numbers between two. */
  public Range(double from, double to, boolean log) {
    this(from, to, log, List.of());
  }

  /** Single numbers, in the order given. */
  static Range oneOf(List<Double> numbers) {
    return new Range(Collections.min(numbers), Collections.max(numbers), false, numbers);
  }

  public Range {
    oneOf = List.copyOf(oneOf);
    if (Set.copyOf(oneOf).size() < oneOf.size()) {
      throw new IllegalArgumentException("must have each number once");
    }
    if (!(from <= to) || Double.isInfinite(to)) {
      throw new IllegalArgumentException("must rise, and goes from " + from + " to " + to);
    }
    if (log && from <= 0) {
      throw new IllegalArgumentException("must begin above 0 on a logarithmic scale");
    }
  }

  /**
   * Reads {@code 3 to 10}, {@code 0.01 to 0.3 log} or {@code 4 or 6 or 8}.
   *
   * @throws IllegalArgumentException if it is not written so
   */
  public static Range parse(String text) {
    if (SEVERAL.matcher(text.strip()).matches()) {
      return oneOf(OR.splitAsStream(text.strip()).map(Double::parseDouble).toList());
    }
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must be a range such as '3 to 10' or '0.01 to 0.3 log', or numbers such as '4 or 6'");
    }
    return new Range(
        Double.parseDouble(matcher.group(1)),
        Double.parseDouble(matcher.group(2)),
        matcher.group(3) != null);
  }

  /** The number at a share of the way, rounded to four digits so that it can be written again. */
  double at(double share) {
    if (!oneOf.isEmpty()) {
      return oneOf.get((int) (share * oneOf.size()));
    }
    double exact = log ? from * Math.pow(to / from, share) : from + share * (to - from);
    return Math.clamp(new BigDecimal(exact).round(DIGITS).doubleValue(), from, to);
  }

  @Override
  public String toString() {
    return oneOf.isEmpty()
        ? from + " to " + to + (log ? " log" : "")
        : oneOf.stream().map(String::valueOf).collect(Collectors.joining(" or "));
  }
}
