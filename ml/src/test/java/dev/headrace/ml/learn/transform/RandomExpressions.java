package dev.headrace.ml.learn.transform;

import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.util.List;
import java.util.Random;

/**
 * Expressions that have a value for every row of {@link RandomRows}, of every function there is.
 */
final class RandomExpressions {
  private final Random random;

  RandomExpressions(long seed) {
    this.random = new Random(seed);
  }

  String of(Kind kind, int depth) {
    return switch (kind) {
      case NUMBER -> number(depth);
      case TRUTH -> truth(depth);
      case TEXT -> text(depth);
      case TIME -> time(depth);
      case INSTANT, NOTHING -> throw new IllegalArgumentException(kind.told());
    };
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String number(int depth) {
    if (depth == 0) {
      return one("x", "y", "X", "\"a b\"", "(-y)", "0.5", "3", "1e2", "-7", "(null + x)", "n");
    }
    String a = number(depth - 1);
    String b = number(depth - 1);
    return switch (random.nextInt(22)) {
      case 0 -> a + " + " + b;
      case 1 -> a + " - (" + b + ")";
      case 2 -> "(" + a + ") * (" + b + ")";
      case 3 -> "(" + a + ") / nullif(" + b + ", 0)";
      case 4 -> "(" + a + ") % nullif(" + b + ", 0)";
      case 5 -> "-(" + a + ")";
      case 6 -> one("abs", "sign", "floor", "ceil", "ceiling", "trunc", "round") + "(" + a + ")";
      case 7 -> "round(" + a + ", " + one("0", "1", "2", "3", "-1", "-2") + ")";
      case 8 -> "sqrt(abs(" + a + "))";
      case 9 -> one("ln", "log", "log10") + "(1 + abs(" + a + "))";
      case 10 -> "exp(-abs(" + a + ") / 1000)";
      case 11 -> one("sin", "cos") + "(" + a + ") * pi()";
      case 12 -> one("pow", "power") + "(1 + abs(" + a + ") / 1000, 0.25)";
      case 13 -> "mod(" + a + ", 7)";
      case 14 -> one("greatest", "least") + "(" + a + ", " + b + ", " + number(depth - 1) + ")";
      case 15 -> "coalesce(" + a + ", " + b + ")";
      case 16 -> "nullif(" + a + ", " + b + ")";
      case 17 -> "case when " + truth(depth - 1) + " then " + a + " else " + b + " end";
      case 18 -> "case " + a + " when " + b + " then 1 when 3 then " + b + " end";
      case 19 -> "if(" + truth(depth - 1) + ", " + a + ", " + b + ")";
      case 20 -> "length(" + text(depth - 1) + ")";
      default -> partOf(depth);
    };
  }

  private String partOf(int depth) {
    String time = time(depth - 1);
    String part =
        one(
            "year",
            "quarter",
            "month",
            "week",
            "day",
            "dayofweek",
            "isodow",
            "dayofyear",
            "hour",
            "minute",
            "second",
            "epoch",
            "dow",
            "doy");
    return switch (random.nextInt(4)) {
      case 0 -> "extract(" + part + " from " + time + ")";
      case 1 -> one("date_part", "datepart") + "('" + part + "', " + time + ")";
      case 2 -> (List.of("dow", "doy").contains(part) ? "hour" : part) + "(" + time + ")";
      default ->
          one("date_diff", "datediff")
              + "('"
              + one("second", "minute", "hour", "day", "month", "quarter", "year")
              + "', "
              + time
              + ", "
              + time(depth - 1)
              + ")";
    };
  }

  private String truth(int depth) {
    if (depth == 0) {
      return one("flag", "true", "false", "x > 0", "null is null", "word = 'fast'");
    }
    String comparison = one("=", "<>", "!=", "<", "<=", ">", ">=");
    return switch (random.nextInt(9)) {
      case 0 -> number(depth - 1) + " " + comparison + " " + number(depth - 1);
      case 1 -> text(depth - 1) + " " + comparison + " " + text(depth - 1);
      case 2 -> time(depth - 1) + " " + comparison + " " + time(depth - 1);
      case 3 ->
          "(" + truth(depth - 1) + " " + one("and", "or", "AND") + " " + truth(depth - 1) + ")";
      case 4 -> "not (" + truth(depth - 1) + ")";
      case 5 ->
          "("
              + of(Kind.values()[random.nextInt(3)], depth - 1)
              + ") is "
              + one("", "not ")
              + "null";
      case 6 ->
          "("
              + number(depth - 1)
              + ") "
              + one("", "not ")
              + "between "
              + number(0)
              + " and "
              + number(0);
      case 7 ->
          "(" + text(depth - 1) + ") " + one("", "not ") + "in ('fast', 'ß', " + text(0) + ")";
      default ->
          one("contains", "starts_with", "ends_with")
              + "("
              + text(depth - 1)
              + ", "
              + one("'a'", "'İ'", "''", "word")
              + ")";
    };
  }

  private String text(int depth) {
    if (depth == 0) {
      return one("word", "other", "'it''s'", "'😀x'", "null || word");
    }
    String a = text(depth - 1);
    return switch (random.nextInt(8)) {
      case 0 -> one("lower", "upper", "trim") + "(" + a + ")";
      case 1 -> a + " || " + text(depth - 1);
      case 2 -> one("substr", "substring") + "(" + a + ", " + place() + ")";
      case 3 -> "substr(" + a + ", " + place() + ", " + place() + ")";
      case 4 -> one("left", "right") + "(" + a + ", " + place() + ")";
      case 5 -> "replace(" + a + ", " + one("'a'", "'fast'", "''", "word") + ", 'é')";
      case 6 -> "coalesce(" + a + ", " + text(depth - 1) + ")";
      default ->
          "case when " + truth(depth - 1) + " then " + a + " else " + text(depth - 1) + " end";
    };
  }

  private String place() {
    return one("-9", "-3", "-1", "0", "1", "2", "5", "99");
  }

  private String time(int depth) {
    return depth == 0 || random.nextInt(3) > 0
        ? one(
            "seen",
            "day",
            "timestamp '2026-02-28 23:59:59'",
            "date '1969-12-31'",
            "z at time zone 'UTC'",
            "z at time zone 'Asia/Kathmandu'",
            "timezone('America/New_York', z)")
        : one("greatest", "least", "coalesce") + "(" + time(depth - 1) + ", " + time(0) + ")";
  }
}
