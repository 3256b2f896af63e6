package dev.headrace.ml.features.internal;

import dev.headrace.ml.features.Computation.Aggregation;
import dev.headrace.ml.features.Window;
import java.util.Optional;

/**
 * One aggregate over the rows of an entity that are visible at a moment.
 *
 * @param column the name of its result in the SQL made here
 * @param value the column of the rows that holds what is aggregated; empty where rows are counted
 * @param condition the column of the rows that says which count; empty for all
 */
record Cell(
    String column,
    Aggregation aggregation,
    Optional<String> value,
    Optional<String> condition,
    Optional<Window> window) {

  /** What is aggregated. */
  String of() {
    return value.orElseThrow(() -> new IllegalStateException(column + " counts rows"));
  }
}
