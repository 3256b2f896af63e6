package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Source;
import java.util.Set;
import java.util.function.Function;

/** What an expression takes from its parts. */
interface Reading {
  /** Values: from every part. */
  Reading VALUES =
      new Reading() {
        @Override
        public Derivation expression(
            JsonNode node, Function<JsonNode, Derivation> part, Set<Source> grouped) {
          return all(node, part);
        }

        @Override
        public Derivation subquery(Derivation value) {
          return value;
        }

        @Override
        public Derivation series(JsonNode arguments, Function<JsonNode, Derivation> part) {
          return all(arguments, part);
        }

        @Override
        public boolean takesNames() {
          return false;
        }
      };

  /**
   * What {@code node} derives from: an expression that is neither a column, a subquery nor a
   * lambda, or a list of expressions.
   *
   * @param part the same of a node within
   * @param grouped columns of which the rows that are put together have values of one day; told
   *     only where {@link #takesNames}
   */
  Derivation expression(JsonNode node, Function<JsonNode, Derivation> part, Set<Source> grouped);

  /** What the one value of a subquery derives from. */
  Derivation subquery(Derivation value);

  /** What a series derives from that is counted up from or between values. */
  Derivation series(JsonNode arguments, Function<JsonNode, Derivation> part);

  /** Whether times are followed: by names where columns cannot be counted, and with groups. */
  boolean takesNames();

  /** All parts of a node together. */
  static Derivation all(JsonNode node, Function<JsonNode, Derivation> part) {
    Derivation all = Known.NOTHING;
    for (JsonNode child : node) {
      all = all.and(part.apply(child));
    }
    return all;
  }
}
