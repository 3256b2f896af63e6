package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sums that do not depend on the order of rows, on any engine.
 *
 * <p>Whole numbers and decimals are added as decimals. A floating-point number below 1 is added
 * with 28 digits behind the point, one below 1e19 with 17: at least as many as it has. What is
 * larger, infinite or no number is added as it is; no more is promised of it. Products of
 * floating-point numbers are rounded before they are added.
 */
public final class ExactSum {
  /** Digits of a total; the product of two has at most 38. */
  private static final int DIGITS = 18;

  private static final int MAX_SCALE = 6;

  /** Suffixes of the parts of a sum, see {@link #parts}. */
  static final List<String> SUFFIXES = List.of("", "_small", "_large");

  private ExactSum() {}

  /** Whether a total of this type is added up without rounding. */
  public static boolean isExact(Type type) {
    return type == Type.Primitive.INT
        || type == Type.Primitive.LONG
        || (type instanceof Type.Decimal decimal && decimal.scale() <= MAX_SCALE);
  }

  /** Whether a sum is one of floating-point numbers: others have few digits behind the point. */
  static boolean isOfFloating(BigDecimal sum) {
    return sum.scale() > MAX_SCALE;
  }

  /** The type in which a total of this type is kept. */
  static Type kept(Type type) {
    return isExact(type) ? new Type.Decimal(DIGITS, scale(type)) : Type.Primitive.DOUBLE;
  }

  /** Digits behind the point of an exact type. */
  public static int scale(Type type) {
    return type instanceof Type.Decimal decimal ? decimal.scale() : 0;
  }

  /** A value, ready to be added or multiplied. */
  static String operand(String value, Type type) {
    return isExact(type)
        ? "cast(%s as decimal(%d,%d))".formatted(value, DIGITS, scale(type))
        : "cast(" + value + " as double)";
  }

  /**
   * The first of two factors, one digit wider: of two with 18 digits DuckDB makes a product of 18,
   * and fails where it has more.
   */
  static String wide(String operand, Type type) {
    return "cast(%s as decimal(%d,%d))".formatted(operand, DIGITS + 1, scale(type));
  }

  /**
   * The columns that a sum comes in, to be added by whoever reads them.
   *
   * @param name of the sum; its parts have suffixes
   */
  static List<String> parts(String name, String operand, boolean exact) {
    if (exact) {
      return List.of("sum(" + operand + ") as " + name);
    }
    List<String> parts = new ArrayList<>();
    List<String> sums = floating(operand);
    for (int i = 0; i < sums.size(); i++) {
      parts.add("sum(" + sums.get(i) + ") as " + name + SUFFIXES.get(i));
    }
    return parts;
  }

  private static List<String> floating(String x) {
    return List.of(
        "case when abs(%1$s) >= 1 and abs(%1$s) < 1e19 then cast(%1$s as decimal(38,17)) end"
            .formatted(x),
        "case when abs(%1$s) < 1 then cast(%1$s as decimal(38,28)) end".formatted(x),
        "case when not (abs(%1$s) < 1e19) then %1$s end".formatted(x));
  }

  /** A unit's total of floating-point rows. */
  static String ofRows(Total total, String condition) {
    List<String> sums = new ArrayList<>();
    for (String part : floating("cast(" + total.argument() + " as double)")) {
      Total one = new Total(UnitMeasure.Function.SUM, part, total.filter(), Optional.empty());
      sums.add("cast(" + one.sql(condition) + " as double)");
    }
    return String.join("\n    + ", sums);
  }
}
