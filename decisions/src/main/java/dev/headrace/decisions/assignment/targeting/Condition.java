package dev.headrace.decisions.assignment.targeting;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Whether a unit's attributes are as a rule wants them. Immutable and thread-safe; never throws.
 *
 * <pre>
 * {country: {$in: [DE, AT]}, version: {$vgte: 2.1.0}, $not: {plan: free}}
 * </pre>
 *
 * <p>All entries of a map must hold. A key is an attribute, with dots into nested ones, or {@code
 * $and}, {@code $or}, {@code $nor}, {@code $not}. A value is what the attribute must equal, or a
 * map of {@linkplain Operators operators}.
 */
@FunctionalInterface
public interface Condition {
  /** Holds for everybody. */
  Condition ALWAYS = attributes -> true;

  /** Whether it holds for a unit with these attributes, an object. */
  boolean holds(JsonNode attributes);

  /**
   * Compiles a condition; what is not known in it never holds, as in GrowthBook's kits.
   *
   * @param groups lists of values by name, for {@code $inGroup}
   */
  static Condition of(JsonNode condition, Map<String, JsonNode> groups) {
    return new ConditionReader(groups).condition(condition, "");
  }

  /**
   * What is wrong with a condition, for whoever writes one: operators that do not exist, values
   * that no operator takes, expressions that cannot be read.
   *
   * @return sentences, each beginning with the place in the condition; empty when all is well
   */
  static List<String> problems(JsonNode condition) {
    ConditionReader reader = new ConditionReader(Map.of());
    reader.condition(condition, "");
    return reader.problems();
  }
}
