package dev.headrace.decisions.assignment.targeting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.headrace.core.project.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Compiles one condition, collecting what is wrong with it on the way. */
final class ConditionReader {
  private static final Condition NEVER = attributes -> false;
  private static final Set<String> WORDS = Set.of("$and", "$or", "$nor", "$not");
  private static final Pattern DOT = Pattern.compile("\\.");

  /** Deeper than any that a person writes; what is deeper never holds. */
  private static final int MAX_DEPTH = 64;

  private final Operators operators;
  private final List<String> problems = new ArrayList<>();
  private int depth;

  ConditionReader(Map<String, JsonNode> groups) {
    this.operators = new Operators(this, groups);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Notes what is wrong, and answers what that comes down to. */
  <T> Predicate<T> wrong(String place, String what) {
    problems.add((place.isEmpty() ? "The condition " : "'" + place + "' ") + what);
    return value -> false;
  }

  /** A map of attributes and words. */
  Condition condition(JsonNode condition, String place) {
    if (!condition.isObject()) {
      wrong(place, "must be a map of attributes, but is " + condition);
      return NEVER;
    }
    if (depth >= MAX_DEPTH) {
      wrong(place, "is nested more than " + MAX_DEPTH + " levels deep.");
      return NEVER;
    }
    depth++;
    List<Condition> parts = new ArrayList<>();
    condition
        .properties()
        .forEach(entry -> parts.add(part(entry.getKey(), entry.getValue(), place)));
    depth--;
    return all(parts);
  }

  private static Condition all(List<Condition> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    Condition[] array = parts.toArray(Condition[]::new);
    return attributes -> {
      for (Condition part : array) {
        if (!part.holds(attributes)) {
          return false;
        }
      }
      return true;
    };
  }

  private Condition part(String key, JsonNode value, String place) {
    String here = place.isEmpty() ? key : place + "." + key;
    return switch (key) {
      case "$and" -> all(list(value, here));
      case "$or" -> any(list(value, here));
      case "$nor" -> {
        Condition any = any(list(value, here));
        yield attributes -> !any.holds(attributes);
      }
      case "$not" -> {
        Condition not = condition(value, here);
        yield attributes -> !not.holds(attributes);
      }
      default -> attribute(key, value, here);
    };
  }

  private Condition attribute(String key, JsonNode value, String place) {
    if (key.startsWith("$") && !key.equals("$groups")) {
      problems.add(
          "'%s' is no operator between attributes. %s".formatted(place, Names.suggest(key, WORDS)));
    }
    Predicate<JsonNode> test = value(value, place);
    String[] path = DOT.split(key, -1);
    return attributes -> test.test(found(attributes, path));
  }

  private List<Condition> list(JsonNode list, String place) {
    if (!list.isArray()) {
      wrong(place, "must be a list of conditions, but is " + list);
      return List.of(NEVER);
    }
    List<Condition> conditions = new ArrayList<>();
    list.forEach(item -> conditions.add(condition(item, place)));
    return conditions;
  }

  /** One of them; an empty list holds. */
  private static Condition any(List<Condition> parts) {
    return attributes -> parts.isEmpty() || parts.stream().anyMatch(part -> part.holds(attributes));
  }

  private static JsonNode found(JsonNode attributes, String... path) {
    JsonNode found = attributes;
    for (String step : path) {
      found = found.isObject() ? found.path(step) : MissingNode.getInstance();
    }
    return found;
  }

  /** What one attribute must be: a value, or a map of operators that all hold. */
  Predicate<JsonNode> value(JsonNode expected, String place) {
    if (!isOperators(expected)) {
      return Comparing.like(expected);
    }
    if (depth >= MAX_DEPTH) {
      return wrong(place, "is nested more than " + MAX_DEPTH + " levels deep.");
    }
    depth++;
    List<Predicate<JsonNode>> tests = new ArrayList<>();
    expected
        .properties()
        .forEach(entry -> tests.add(operators.of(entry.getKey(), entry.getValue(), place)));
    depth--;
    return value -> {
      for (Predicate<JsonNode> test : tests) {
        if (!test.test(value)) {
          return false;
        }
      }
      return true;
    };
  }

  /** Whether all keys are operators; a map without keys is none. */
  static boolean isOperators(JsonNode expected) {
    if (!expected.isObject() || expected.isEmpty()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> entry : expected.properties()) {
      if (!entry.getKey().startsWith("$")) {
        return false;
      }
    }
    return true;
  }
}
