package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;

/**
 * Whom something is evaluated for, and under which circumstances.
 *
 * @param attributes an object
 * @param enabled whether experiments run at all
 * @param qaMode whether only forced variations are given
 * @param url of the page; empty for none
 * @param forcedVariations numbers of variations by the key of their experiment
 * @param sticky what was assigned before; empty where nothing is remembered
 */
public record Visit(
    JsonNode attributes,
    boolean enabled,
    boolean qaMode,
    String url,
    Map<String, Integer> forcedVariations,
    Optional<StickyBuckets> sticky) {
  public Visit {
    forcedVariations = Map.copyOf(forcedVariations);
  }

  /** A plain one. */
  public static Visit of(JsonNode attributes) {
    return new Visit(attributes, true, false, "", Map.of(), Optional.empty());
  }

  /** What a unit is told apart by. */
  record Unit(String attribute, JsonNode value) {
    boolean isEmpty() {
      return text().isEmpty();
    }

    String text() {
      return value.isNull() || value.isMissingNode() || value.isContainerNode()
          ? ""
          : value.asText();
    }
  }

  /** The unit by {@code attribute}, or, when it has none, by {@code fallback}. */
  Unit unit(JsonNode attribute, JsonNode fallback) {
    Unit unit = unit(attribute.asText(""));
    return unit.isEmpty() && fallback.isTextual() ? unit(fallback.textValue()) : unit;
  }

  private Unit unit(String attribute) {
    String name = attribute.isEmpty() ? "id" : attribute;
    JsonNode value = attributes.path(name);
    return new Unit(
        name,
        value.isMissingNode() || value.isNull() ? JsonNodeFactory.instance.textNode("") : value);
  }
}
