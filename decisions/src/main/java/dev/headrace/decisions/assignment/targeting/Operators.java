package dev.headrace.decisions.assignment.targeting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headrace.core.project.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The operators on one attribute.
 *
 * <ul>
 *   <li>{@code $eq $ne}: the same type and value; {@code $lt $lte $gt $gte}: texts by their
 *       characters, all else as numbers
 *   <li>{@code $veq $vne $vlt $vlte $vgt $vgte}: {@linkplain Version versions}
 *   <li>{@code $in $nin}: among a list; an attribute that is a list, if any of it is; {@code $ini
 *       $nini} without regard to case
 *   <li>{@code $inGroup $notInGroup}: among a list that has a name
 *   <li>{@code $regex}: a part matches an expression of RE2; {@code $regexi} without regard to case
 *   <li>{@code $exists: true|false}, {@code $type: string|number|boolean|array|object|null}
 *   <li>{@code $size}, {@code $elemMatch}, {@code $all $alli}: of lists
 *   <li>{@code $not}: a map of operators that do not all hold
 * </ul>
 */
final class Operators {
  private static final Set<String> NAMES =
      Set.of(
          ("$eq $ne $lt $lte $gt $gte $veq $vne $vlt $vlte $vgt $vgte $in $nin $ini $nini $inGroup"
                  + " $notInGroup $regex $regexi $exists $type $size $elemMatch $all $alli $not")
              .split(" "));

  /** Longer expressions take long to compile; they are nobody's handwriting. */
  private static final int MAX_EXPRESSION = 10_000;

  private final ConditionReader reader;
  private final Map<String, JsonNode> groups;

  Operators(ConditionReader reader, Map<String, JsonNode> groups) {
    this.reader = reader;
    this.groups = Map.copyOf(groups);
  }

  Predicate<JsonNode> of(String operator, JsonNode expected, String place) {
    String here = place + "." + operator;
    return switch (operator) {
      case "$eq" -> value -> Comparing.same(value, expected);
      case "$ne" -> value -> !Comparing.same(value, expected);
      case "$lt" -> ordered(expected, order -> order < 0);
      case "$lte" -> ordered(expected, order -> order <= 0);
      case "$gt" -> ordered(expected, order -> order > 0);
      case "$gte" -> ordered(expected, order -> order >= 0);
      case "$veq" -> version(expected, order -> order == 0, here);
      case "$vne" -> version(expected, order -> order != 0, here);
      case "$vlt" -> version(expected, order -> order < 0, here);
      case "$vlte" -> version(expected, order -> order <= 0, here);
      case "$vgt" -> version(expected, order -> order > 0, here);
      case "$vgte" -> version(expected, order -> order >= 0, here);
      case "$in" -> in(expected, false, here);
      case "$ini" -> in(expected, true, here);
      case "$nin" -> notIn(expected, false, here);
      case "$nini" -> notIn(expected, true, here);
      case "$inGroup" -> group(expected);
      case "$notInGroup" -> group(expected).negate();
      case "$regex" -> expression(expected, 0, here);
      case "$regexi" -> expression(expected, Pattern.CASE_INSENSITIVE, here);
      case "$exists" -> {
        boolean there = Comparing.like(BooleanNode.TRUE).test(expected);
        yield value -> Comparing.isAbsent(value) != there;
      }
      case "$type" -> type(expected, here);
      case "$size" -> {
        Predicate<JsonNode> size = reader.value(expected, here);
        yield value -> value.isArray() && size.test(IntNode.valueOf(value.size()));
      }
      case "$elemMatch" -> element(expected, here);
      case "$all" -> all(expected, false, here);
      case "$alli" -> all(expected, true, here);
      case "$not" -> reader.value(expected, here).negate();
      default -> reader.wrong(here, "is no operator. " + Names.suggest(operator, NAMES));
    };
  }

  private static Predicate<JsonNode> ordered(JsonNode expected, DoublePredicate wanted) {
    return value -> wanted.test(Comparing.order(value, expected));
  }

  private Predicate<JsonNode> version(JsonNode expected, IntPredicate wanted, String place) {
    if (expected.isContainerNode()) {
      return reader.wrong(place, "must be a version such as 2.1.0, but is " + expected);
    }
    Version version = Version.of(expected);
    return value -> wanted.test(Version.of(value).compareTo(version));
  }

  // Lists

  private Predicate<JsonNode> in(JsonNode expected, boolean anyCase, String place) {
    if (!expected.isArray()) {
      return reader.wrong(place, "must be a list, but is " + expected);
    }
    return among(expected, anyCase);
  }

  private Predicate<JsonNode> notIn(JsonNode expected, boolean anyCase, String place) {
    if (!expected.isArray()) {
      return reader.wrong(place, "must be a list, but is " + expected);
    }
    return among(expected, anyCase).negate();
  }

  private static Predicate<JsonNode> among(JsonNode list, boolean anyCase) {
    // Numbers as doubles, so that 1 and 1.0 are one key.
    Set<Object> keys = new HashSet<>();
    list.forEach(item -> keys.add(key(item, anyCase)));
    return value -> {
      if (!value.isArray()) {
        return keys.contains(key(value, anyCase));
      }
      for (JsonNode item : value) {
        if (keys.contains(key(item, anyCase))) {
          return true;
        }
      }
      return false;
    };
  }

  private static Object key(JsonNode value, boolean anyCase) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.doubleValue();
      case STRING -> anyCase ? folded(value.textValue()) : value.textValue();
      case MISSING, NULL -> "\0null";
      default -> value;
    };
  }

  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private Predicate<JsonNode> group(JsonNode name) {
    JsonNode members = groups.get(name.asText());
    return members != null && members.isArray() ? among(members, false) : value -> false;
  }

  private Predicate<JsonNode> element(JsonNode expected, String place) {
    Predicate<JsonNode> test;
    if (ConditionReader.isOperators(expected)) {
      test = reader.value(expected, place);
    } else {
      Condition condition = reader.condition(expected, place);
      test = condition::holds;
    }
    return value -> {
      if (value.isArray()) {
        for (JsonNode item : value) {
          if (test.test(item)) {
            return true;
          }
        }
      }
      return false;
    };
  }

  private Predicate<JsonNode> all(JsonNode expected, boolean anyCase, String place) {
    if (!expected.isArray()) {
      return reader.wrong(place, "must be a list, but is " + expected);
    }
    List<Predicate<JsonNode>> tests = new ArrayList<>();
    expected.forEach(item -> tests.add(item(item, anyCase, place)));
    return value -> {
      if (!value.isArray()) {
        return false;
      }
      for (Predicate<JsonNode> test : tests) {
        boolean found = false;
        for (JsonNode item : value) {
          found |= test.test(item);
        }
        if (!found) {
          return false;
        }
      }
      return true;
    };
  }

  private Predicate<JsonNode> item(JsonNode expected, boolean anyCase, String place) {
    if (!anyCase || !expected.isTextual()) {
      return reader.value(expected, place);
    }
    Predicate<JsonNode> test = Comparing.like(TextNode.valueOf(folded(expected.textValue())));
    return value ->
        test.test(value.isTextual() ? TextNode.valueOf(folded(value.textValue())) : value);
  }

  // Texts and types

  private Predicate<JsonNode> expression(JsonNode expected, int flags, String place) {
    String text = expected.asText();
    if (!expected.isTextual() || text.length() > MAX_EXPRESSION) {
      return reader.wrong(
          place, "must be an expression of at most " + MAX_EXPRESSION + " characters.");
    }
    try {
      Pattern pattern = Pattern.compile(text, flags);
      return value -> !value.isContainerNode() && pattern.matcher(Comparing.asText(value)).find();
    } catch (PatternSyntaxException e) {
      return reader.wrong(place, "cannot be read as an expression: " + e.getMessage() + ".");
    }
  }

  private Predicate<JsonNode> type(JsonNode expected, String place) {
    return switch (expected.asText()) {
      case "string" -> JsonNode::isTextual;
      case "number" -> JsonNode::isNumber;
      case "boolean" -> JsonNode::isBoolean;
      case "array" -> JsonNode::isArray;
      case "object" -> JsonNode::isObject;
      case "null" -> JsonNode::isNull;
      case "undefined" -> JsonNode::isMissingNode;
      default ->
          reader.wrong(
              place, "must be string, number, boolean, array, object or null, but is " + expected);
    };
  }
}
