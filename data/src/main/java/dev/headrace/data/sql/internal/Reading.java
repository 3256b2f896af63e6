package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import java.util.function.Function;

/** What an expression takes from its parts. */
interface Reading {
  /** Values: from every part. */
  Reading VALUES =
      new Reading() {
        @Override
        public Derivation expression(JsonNode node, Function<JsonNode, Derivation> part) {
          return all(node, part);
        }

        @Override
        public Derivation series(Derivation ends) {
          return ends;
        }
      };

  /**
   * What {@code node} derives from: an expression that is neither a column, a subquery nor a
   * lambda, or a list of expressions.
   *
   * @param part the same of a node within
   */
  Derivation expression(JsonNode node, Function<JsonNode, Derivation> part);

  /** What a series derives from that is counted up from or between values. */
  Derivation series(Derivation ends);

  /** All parts of a node together. */
  static Derivation all(JsonNode node, Function<JsonNode, Derivation> part) {
    Derivation all = Known.NOTHING;
    for (JsonNode child : node) {
      all = all.and(part.apply(child));
    }
    return all;
  }
}
