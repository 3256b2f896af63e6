package dev.headrace.decisions.assignment.growthbook;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was assigned before: for each unit, written {@code attribute||value}, the key of its
 * variation by experiment and version, written {@code experiment__version}. Not thread-safe: one
 * for each visit.
 */
public final class StickyBuckets {
  private final Map<String, Map<String, String>> byUnit = new LinkedHashMap<>();

  /** Remembers an assignment. */
  public void put(String attribute, String value, String experimentVersion, String variation) {
    byUnit
        .computeIfAbsent(attribute + "||" + value, unit -> new LinkedHashMap<>())
        .put(experimentVersion, variation);
  }

  /** All of them. */
  public Map<String, Map<String, String>> all() {
    Map<String, Map<String, String>> copy = new LinkedHashMap<>();
    byUnit.forEach((unit, assignments) -> copy.put(unit, Map.copyOf(assignments)));
    return copy;
  }

  /** Those of a unit, with those of its fallback where it has none itself. */
  Map<String, String> of(Visit.Unit unit, Visit.Unit fallback) {
    Map<String, String> merged = new HashMap<>();
    merged.putAll(of(fallback));
    merged.putAll(of(unit));
    return merged;
  }

  private Map<String, String> of(Visit.Unit unit) {
    return byUnit.getOrDefault(unit.attribute() + "||" + unit.text(), Map.of());
  }

  static String key(String experiment, int version) {
    return experiment + "__" + version;
  }
}
