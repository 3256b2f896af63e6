package dev.headrace.ml.learn.transform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression as it was read: names are not looked up, kinds not yet known. */
sealed interface Node {
  /** A number that was written. */
  record Figure(double number) implements Node {}

  /** A text in quotes. */
  record Text(String text) implements Node {}

  /** {@code true} or {@code false}. */
  record Truth(boolean holds) implements Node {}

  /** {@code null}. */
  record Nothing() implements Node {}

  /** {@code timestamp '…'} or {@code date '…'}, in seconds since 1970 UTC. */
  record Moment(double seconds) implements Node {}

  /** A column by its name. */
  record Column(String name) implements Node {}

  /**
   * A function or an operator.
   *
   * @param name in lower case
   */
  record Call(String name, List<Node> arguments) implements Node {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * {@code case}: the first that holds.
   *
   * @param otherwise null for none
   */
  record Choice(List<When> whens, @Nullable Node otherwise) implements Node {
    public Choice {
      whens = List.copyOf(whens);
    }
  }

  /** {@code when … then …}. */
  record When(Node condition, Node result) {}
}
