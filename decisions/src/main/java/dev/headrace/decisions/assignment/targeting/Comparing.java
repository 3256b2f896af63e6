package dev.headrace.decisions.assignment.targeting;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/**
 * How values compare in the browsers and kits that evaluate the same conditions: as in ECMAScript,
 * where an absent attribute is null.
 */
final class Comparing {
  private Comparing() {}

  /** What is written without an operator: texts and numbers are compared after conversion. */
  static Predicate<JsonNode> like(JsonNode expected) {
    return switch (expected.getNodeType()) {
      case STRING -> {
        String text = expected.textValue();
        yield value -> text.equals(asText(value));
      }
      case NUMBER -> {
        double number = expected.doubleValue();
        yield value -> asNumber(value) == number;
      }
      case BOOLEAN -> {
        boolean truth = expected.booleanValue();
        yield value -> !isAbsent(value) && asBoolean(value) == truth;
      }
      case NULL, MISSING -> Comparing::isAbsent;
      default -> value -> same(value, expected);
    };
  }

  static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** The same type and value; 1 and 1.0 are one number. */
  static boolean same(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.doubleValue() == other.doubleValue();
    }
    if (isAbsent(one) || isAbsent(other)) {
      return isAbsent(one) && isAbsent(other);
    }
    if (one.isContainerNode() && one.getNodeType() == other.getNodeType()) {
      return one.equals(other) || sameParts(one, other);
    }
    return one.equals(other);
  }

  private static boolean sameParts(JsonNode one, JsonNode other) {
    if (one.size() != other.size()) {
      return false;
    }
    if (one.isArray()) {
      for (int i = 0; i < one.size(); i++) {
        if (!same(one.get(i), other.get(i))) {
          return false;
        }
      }
      return true;
    }
    return one.properties().stream()
        .allMatch(
            entry ->
                other.has(entry.getKey()) && same(entry.getValue(), other.get(entry.getKey())));
  }

  /** Negative, zero, positive, or not a number when they do not compare. */
  static double order(JsonNode one, JsonNode other) {
    if (one.isTextual() && other.isTextual()) {
      return one.textValue().compareTo(other.textValue());
    }
    double difference = asNumber(one) - asNumber(other);
    boolean sameInfinity = Double.isNaN(difference) && asNumber(one) == asNumber(other);
    return sameInfinity ? 0 : difference;
  }

  static double asNumber(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.doubleValue();
      case BOOLEAN -> value.booleanValue() ? 1 : 0;
      case STRING -> number(value.textValue());
      case NULL, MISSING -> 0;
      case ARRAY, OBJECT, BINARY, POJO -> Double.NaN;
    };
  }

  private static double number(String text) {
    String digits = text.strip();
    if (digits.isEmpty()) {
      return 0;
    }
    char last = digits.charAt(digits.length() - 1);
    boolean decimal = Character.isDigit(last) || last == '.';
    try {
      return decimal && digits.length() <= 400 ? Double.parseDouble(digits) : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static boolean asBoolean(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.doubleValue() != 0;
      case BOOLEAN -> value.booleanValue();
      case STRING -> !value.textValue().isEmpty();
      default -> true;
    };
  }

  static String asText(JsonNode value) {
    if (value.isNumber() && !value.isIntegralNumber()) {
      double number = value.doubleValue();
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? Long.toString((long) number)
          : value.asText();
    }
    return isAbsent(value) ? "null" : value.isContainerNode() ? value.toString() : value.asText();
  }
}
