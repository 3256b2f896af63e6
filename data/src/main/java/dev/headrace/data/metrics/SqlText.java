package dev.headrace.data.metrics;

import java.util.List;
import java.util.stream.Collectors;

/** Lays out the pieces of a statement so that a person can read it. */
final class SqlText {
  private SqlText() {}

  /** Between parentheses, whatever it ends with. */
  static String enclosed(String expression) {
    return expression.contains("--") || expression.contains("\n")
        ? "(\n" + indented(expression) + "\n)"
        : "(" + expression + ")";
  }

  /** All of the conditions, as a WHERE on lines of its own; nothing where there are none. */
  static String where(List<String> conditions) {
    if (conditions.isEmpty()) {
      return "";
    }
    return "\nwhere "
        + (conditions.size() == 1
            ? conditions.getFirst()
            : conditions.stream().map(SqlText::operand).collect(Collectors.joining("\n  and ")));
  }

  /** At least one of the conditions. */
  static String any(List<String> conditions) {
    return conditions.size() == 1
        ? conditions.getFirst()
        : "(" + conditions.stream().map(SqlText::operand).collect(Collectors.joining(" or ")) + ")";
  }

  /** A comparison of two simple things needs no parentheses beside others. */
  private static String operand(String condition) {
    boolean simple =
        condition.matches("[\\w.\"]+ (?:=|<>|<|<=|>|>=) (?:date |timestamp )?(?:[\\w.]+|'[^']*')")
            || condition.matches("[\\w.\"]+ is (?:not )?null")
            || condition.matches("\\([^()]*\\)");
    return simple ? condition : enclosed(condition);
  }

  /** Two blanks further in. */
  static String indented(String text) {
    return "  " + text.replace("\n", "\n  ");
  }
}
