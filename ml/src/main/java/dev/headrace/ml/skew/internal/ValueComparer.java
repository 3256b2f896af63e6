package dev.headrace.ml.skew.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Compares a value as it was logged with one as the engine gives it. Fractions are equal within a
 * relative tolerance, because sums of them depend on the order of adding; everything else exactly.
 * What is no number equals itself.
 *
 * @param tolerance relative, from 0
 */
public record ValueComparer(double tolerance) {

  /** Whether they are the same. */
  public boolean same(JsonNode served, @Nullable Object lake) {
    if (lake == null || served.isNull() || served.isMissingNode()) {
      return lake == null && (served.isNull() || served.isMissingNode());
    }
    return switch (lake) {
      case Float fraction -> sameFraction(number(served), fraction.doubleValue());
      case Double fraction -> sameFraction(number(served), fraction);
      case Number number ->
          served.isNumber()
              && served.decimalValue().compareTo(new java.math.BigDecimal(number.toString())) == 0;
      case Boolean truth -> served.isBoolean() && served.booleanValue() == truth;
      case byte[] bytes -> served.asText().equals(Base64.getEncoder().encodeToString(bytes));
      case List<?> elements -> sameList(served, elements);
      case Map<?, ?> pairs -> sameMap(served, pairs);
      default -> served.isTextual() && served.textValue().equals(lake.toString());
    };
  }

  private boolean sameFraction(OptionalDouble served, double lake) {
    if (served.isEmpty()) {
      return false;
    }
    double other = served.getAsDouble();
    return Double.compare(other, lake) == 0
        || other == lake // 0 and -0
        || Math.abs(other - lake) <= tolerance * Math.max(Math.abs(other), Math.abs(lake));
  }

  private boolean sameList(JsonNode served, List<?> elements) {
    if (!served.isArray() || served.size() != elements.size()) {
      return false;
    }
    for (int i = 0; i < elements.size(); i++) {
      if (!same(served.get(i), elements.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean sameMap(JsonNode served, Map<?, ?> pairs) {
    return served.isObject()
        && served.size() == pairs.size()
        && pairs.entrySet().stream()
            .allMatch(pair -> same(served.path(String.valueOf(pair.getKey())), pair.getValue()));
  }

  /** How far two numbers are apart; empty where either is none, or is not finite. */
  public static OptionalDouble difference(JsonNode served, @Nullable Object lake) {
    OptionalDouble a = number(served);
    if (a.isEmpty() || !(lake instanceof Number b)) {
      return OptionalDouble.empty();
    }
    double apart = Math.abs(a.getAsDouble() - b.doubleValue());
    return Double.isFinite(apart) ? OptionalDouble.of(apart) : OptionalDouble.empty();
  }

  private static OptionalDouble number(JsonNode served) {
    if (served.isNumber()) {
      return OptionalDouble.of(served.doubleValue());
    }
    return switch (served.asText()) {
      case "NaN" -> OptionalDouble.of(Double.NaN);
      case "Infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-Infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      default -> OptionalDouble.empty();
    };
  }
}
