package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What a feature comes to for one unit.
 *
 * @param value null (of JSON) when there is none
 * @param source {@code defaultValue}, {@code force}, {@code experiment}, {@code prerequisite},
 *     {@code cyclicPrerequisite} or {@code unknownFeature}
 * @param ruleId of the rule that decided; empty when it has none
 * @param experiment the experiment that decided, as run
 */
public record FeatureResult(
    JsonNode value,
    String source,
    String ruleId,
    Optional<JsonNode> experiment,
    Optional<ExperimentResult> result) {

  /** Whether the value counts as true. */
  public boolean on() {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> false;
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.doubleValue() != 0;
      case STRING -> !value.textValue().isEmpty();
      case ARRAY, OBJECT, BINARY, POJO -> true;
    };
  }
}
