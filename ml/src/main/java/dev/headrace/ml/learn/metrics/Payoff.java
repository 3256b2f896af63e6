package dev.headrace.ml.learn.metrics;

import dev.headrace.core.project.Names;
import dev.headrace.core.project.spec.Doc;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What decisions are worth, as an expression of how many of them are right and wrong: {@code tp*5 -
 * fp*1}. Known are the names {@code tp}, {@code fp}, {@code tn}, {@code fn}, numbers, {@code + - *
 * /} and parentheses.
 */
@Doc("An expression of tp, fp, tn and fn, such as tp*5 - fp*1.")
public record Payoff(String text) {
  private static final List<String> NAMES = List.of("tp", "fp", "tn", "fn");
  private static final int LONGEST = 500;

  public Payoff {
    text = text.strip();
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must be at most %d characters long, not %d".formatted(LONGEST, text.length()));
    }
    if (!new Parser(text).counts()) {
      throw new IllegalArgumentException(
          "must say what tp, fp, tn or fn are worth, such as 'tp*5 - fp*1'");
    }
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is none, or names none of the four counts
   */
  public static Payoff parse(String text) {
    return new Payoff(text);
  }

  /** Its value by the counts; NaN or infinite where it divides by zero. */
  ToDoubleFunction<Confusion> function() {
    return new Parser(text).whole();
  }

  /** Its value at the rows' own threshold. */
  public double of(Scored rows) {
    return function().applyAsDouble(Confusion.of(rows));
  }

  @Override
  public String toString() {
    return text;
  }

  /** Sums of products of factors, from left to right. */
  private static final class Parser {
    private final String text;
    private int at;
    private int depth;
    private boolean counts;

    Parser(String text) {
      this.text = text;
    }

    /** Whether it names a count; all of it is read. */
    boolean counts() {
      whole();
      return counts;
    }

    ToDoubleFunction<Confusion> whole() {
      ToDoubleFunction<Confusion> sum = sum();
      if (next() != 0) {
        throw unexpected();
      }
      return sum;
    }

    private ToDoubleFunction<Confusion> sum() {
      ToDoubleFunction<Confusion> left = product();
      while (next() == '+' || next() == '-') {
        boolean plus = text.charAt(at++) == '+';
        ToDoubleFunction<Confusion> before = left;
        ToDoubleFunction<Confusion> right = product();
        left =
            plus
                ? c -> before.applyAsDouble(c) + right.applyAsDouble(c)
                : c -> before.applyAsDouble(c) - right.applyAsDouble(c);
      }
      return left;
    }

    private ToDoubleFunction<Confusion> product() {
      ToDoubleFunction<Confusion> left = factor();
      while (next() == '*' || next() == '/') {
        boolean times = text.charAt(at++) == '*';
        ToDoubleFunction<Confusion> before = left;
        ToDoubleFunction<Confusion> right = factor();
        left =
            times
                ? c -> before.applyAsDouble(c) * right.applyAsDouble(c)
                : c -> before.applyAsDouble(c) / right.applyAsDouble(c);
      }
      return left;
    }

    private ToDoubleFunction<Confusion> factor() {
      char c = next();
      if (c == '-') {
        at++;
        ToDoubleFunction<Confusion> inner = factor();
        return matrix -> -inner.applyAsDouble(matrix);
      }
      if (c == '(') {
        at++;
        depth++;
        ToDoubleFunction<Confusion> inner = sum();
        if (next() != ')') {
          throw unexpected();
        }
        at++;
        depth--;
        return inner;
      }
      if (Character.isDigit(c) || c == '.') {
        double number = number();
        return _ -> number;
      }
      if (Character.isLetter(c)) {
        return name();
      }
      throw unexpected();
    }

    private double number() {
      int from = at;
      while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      String digits = text.substring(from, at);
      try {
        return Double.parseDouble(digits);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("must be made of numbers, not '" + digits + "'", e);
      }
    }

    private ToDoubleFunction<Confusion> name() {
      int from = at;
      while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
        at++;
      }
      String name = text.substring(from, at).toLowerCase(Locale.ROOT);
      counts = true;
      return switch (name) {
        case "tp" -> Confusion::truePositive;
        case "fp" -> Confusion::falsePositive;
        case "tn" -> Confusion::trueNegative;
        case "fn" -> Confusion::falseNegative;
        default ->
            throw new IllegalArgumentException(
                "must name tp, fp, tn or fn, and '%s' is none of them. %s"
                    .formatted(name, Names.suggest(name, NAMES)));
      };
    }

    /** The next character that is no space; 0 at the end. */
    private char next() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException unexpected() {
      String found = next() == 0 ? "ends too early" : "cannot go on with '" + next() + "'";
      return new IllegalArgumentException(
          "must be an expression such as 'tp*5 - fp*1', and %s%s"
              .formatted(found, depth > 0 ? "; a parenthesis is open" : ""));
    }
  }
}
