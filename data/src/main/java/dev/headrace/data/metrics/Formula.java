package dev.headrace.data.metrics;

import dev.headrace.core.stats.Arithmetic;
import dev.headrace.core.stats.Arithmetic.Constant;
import dev.headrace.core.stats.Arithmetic.Operation;
import dev.headrace.core.stats.Arithmetic.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the expression of a derived metric as arithmetic: names of metrics and numbers with {@code
 * + - * /} and parentheses. {@code nullif(x, 0)} is x, because what divides by 0 has no value
 * anyway. Anything else may be asked of a metric, but has no slope to tell its variance by.
 */
final class Formula {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<number>\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+)|(?<name>[A-Za-z_]\\w*(?:\\.\\w+)?)"
              + "|\"(?<quoted>[^\"]+)\"|(?<sign>//|[-+*/(),]))");

  private final List<String> tokens = new ArrayList<>();
  private final Function<String, Arithmetic> metrics;
  private int next;

  private Formula(Function<String, Arithmetic> metrics) {
    this.metrics = metrics;
  }

  /**
   * The arithmetic of an expression; empty where it is none.
   *
   * @param metrics what a metric's name stands for
   */
  static Optional<Arithmetic> parse(String expression, Function<String, Arithmetic> metrics) {
    Formula formula = new Formula(metrics);
    Matcher matcher = TOKEN.matcher(expression.strip());
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      end = matcher.end();
      formula.tokens.add(
          matcher.group("quoted") == null ? matcher.group().strip() : matcher.group("quoted"));
    }
    if (end < expression.strip().length()) {
      return Optional.empty();
    }
    return formula.sum().filter(_ -> formula.next == formula.tokens.size());
  }

  private boolean take(String token) {
    if (next < tokens.size() && tokens.get(next).equalsIgnoreCase(token)) {
      next++;
      return true;
    }
    return false;
  }

  private Optional<Arithmetic> sum() {
    Optional<Arithmetic> sum = product();
    while (sum.isPresent()) {
      if (take("+")) {
        sum = both(Operator.PLUS, sum.get(), product());
      } else if (take("-")) {
        sum = both(Operator.MINUS, sum.get(), product());
      } else {
        break;
      }
    }
    return sum;
  }

  private Optional<Arithmetic> product() {
    Optional<Arithmetic> product = factor();
    while (product.isPresent()) {
      if (take("*")) {
        product = both(Operator.TIMES, product.get(), factor());
      } else if (take("/")) {
        product = both(Operator.OVER, product.get(), factor());
      } else {
        break;
      }
    }
    return product;
  }

  private static Optional<Arithmetic> both(
      Operator operator, Arithmetic left, Optional<Arithmetic> right) {
    return right.map(other -> new Operation(operator, left, other));
  }

  private Optional<Arithmetic> factor() {
    if (take("-")) {
      return both(Operator.MINUS, new Constant(0), factor());
    }
    if (take("+")) {
      return factor();
    }
    if (take("(")) {
      return sum().filter(_ -> take(")"));
    }
    if (next == tokens.size()) {
      return Optional.empty();
    }
    String token = tokens.get(next++);
    if (token.equalsIgnoreCase("nullif")) {
      return take("(") ? sum().filter(_ -> take(",") && take("0") && take(")")) : Optional.empty();
    }
    if (Character.isDigit(token.charAt(0)) || token.charAt(0) == '.') {
      return Optional.of(new Constant(Double.parseDouble(token)));
    }
    boolean isName = Character.isLetter(token.charAt(0)) || token.charAt(0) == '_';
    boolean isCall = next < tokens.size() && tokens.get(next).equals("(");
    return isName && !isCall ? Optional.of(metrics.apply(token)) : Optional.empty();
  }
}
