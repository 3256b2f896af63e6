package dev.headrace.data.quality.internal;

import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An interval of a column's own type; an absent end is open to infinity.
 *
 * @param type the column's type
 */
public record Interval(Type type, Optional<End> lower, Optional<End> upper) {

  /**
   * One end.
   *
   * @param value as {@link Literals#read} gives it
   * @param included whether the value itself is allowed
   */
  public record End(Comparable<?> value, boolean included) {}

  /** Whether no value at all lies inside. */
  public boolean isEmpty() {
    if (lower.isEmpty() || upper.isEmpty()) {
      return false;
    }
    int order = compare(lower.get().value(), upper.get().value());
    return order > 0 || (order == 0 && !(lower.get().included() && upper.get().included()));
  }

  /** Whether a value of the column, as the engine returns it, lies inside. */
  public boolean contains(Object value) {
    Comparable<?> comparable = comparable(value);
    boolean aboveLower =
        lower
            .map(
                end -> {
                  int order = compare(comparable, end.value());
                  return order > 0 || (order == 0 && end.included());
                })
            .orElse(true);
    boolean belowUpper =
        upper
            .map(
                end -> {
                  int order = compare(comparable, end.value());
                  return order < 0 || (order == 0 && end.included());
                })
            .orElse(true);
    return aboveLower && belowUpper;
  }

  /** A condition that is true for a value outside, false inside and null for null. */
  public String violation(String column) {
    List<String> terms = new ArrayList<>();
    if (Literals.isFloating(type)) {
      terms.add("isnan(" + column + ")");
    }
    lower.ifPresent(end -> terms.add(column + (end.included() ? " < " : " <= ") + lowest(end)));
    upper.ifPresent(end -> terms.add(column + (end.included() ? " > " : " >= ") + highest(end)));
    return "(" + String.join(" or ", terms) + ")";
  }

  /** For people: {@code at least 0 and below 10}. */
  public String text() {
    List<String> parts = new ArrayList<>();
    lower.ifPresent(end -> parts.add((end.included() ? "at least " : "above ") + shown(end)));
    upper.ifPresent(end -> parts.add((end.included() ? "at most " : "below ") + shown(end)));
    return String.join(" and ", parts);
  }

  // A whole-number column needs no fraction in its bounds: x >= 0.5 is x >= 1, x > 0.5 too, and
  // an excluded bound that is no whole number may as well be included or not.
  private String lowest(End end) {
    if (Literals.isInteger(type) && end.value() instanceof BigDecimal number) {
      return Literals.write(
          end.included() ? Literals.ceiling(number) : Literals.floor(number), type);
    }
    return Literals.write(end.value(), type);
  }

  private String highest(End end) {
    if (Literals.isInteger(type) && end.value() instanceof BigDecimal number) {
      return Literals.write(
          end.included() ? Literals.floor(number) : Literals.ceiling(number), type);
    }
    return Literals.write(end.value(), type);
  }

  private static String shown(End end) {
    return end.value() instanceof BigDecimal number
        ? number.toPlainString()
        : end.value().toString();
  }

  private static Comparable<?> comparable(Object value) {
    return switch (value) {
      case Integer number -> BigDecimal.valueOf(number);
      case Long number -> BigDecimal.valueOf(number);
      case Comparable<?> other -> other;
      default -> throw new IllegalArgumentException(value.getClass().toString());
    };
  }

  // Both come from the same column type.
  @SuppressWarnings("unchecked")
  private static int compare(Comparable<?> left, Comparable<?> right) {
    return ((Comparable<Object>) left).compareTo(right);
  }
}
