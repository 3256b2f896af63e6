package dev.headrace.data.metrics;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** One pass over the rows of a table, or over entities: aggregates by the dimensions asked for. */
interface Scan {
  /** The name of its common table expression, should it need one. */
  String name();

  /** Statements that stand before it, by name. */
  SequencedMap<String, String> preludes();

  /** The dimensions, as expressions, in the order of the question. */
  List<String> dimensions();

  /** The aggregates, as expressions, by name. */
  Map<String, Aggregate> aggregates();

  /** FROM with its joins, and WHERE where there is one. */
  String source();

  /**
   * @param sql the expression
   * @param nothing what it is of no rows at all
   */
  record Aggregate(String sql, OfNothing nothing) {}

  /** What an aggregate of no rows is. */
  enum OfNothing {
    ZERO,
    NULL
  }
}
