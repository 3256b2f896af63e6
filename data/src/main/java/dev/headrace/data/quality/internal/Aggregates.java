package dev.headrace.data.quality.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/** The aggregates of one scan; asking twice for the same one computes it once. */
public final class Aggregates {
  private final Map<String, Integer> positions = new LinkedHashMap<>();

  /** The position of the aggregate in the scan's one row. */
  public int position(String aggregate) {
    return positions.computeIfAbsent(aggregate, added -> positions.size());
  }

  /** The scan. */
  public String sql() {
    return "select\n  " + String.join(",\n  ", positions.keySet()) + "\nfrom " + Sql.name(Sql.THIS);
  }
}
