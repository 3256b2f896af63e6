package dev.headrace.data.quality;

import dev.headrace.data.quality.internal.Probe;
import java.util.List;
import java.util.Optional;

/**
 * One check of one thing, resolved against the table's columns.
 *
 * @param id stable over runs while the declaration stays the same, for example {@code
 *     not-null(order_id)}; unique in its table
 * @param where SQL condition that selects the rows to check
 * @param probe what is measured to answer it
 */
public record PlannedCheck(String id, Severity severity, Optional<String> where, Probe probe) {

  /** Columns the check is about; empty where it is about the whole table. */
  public List<String> columns() {
    return probe.columns();
  }
}
