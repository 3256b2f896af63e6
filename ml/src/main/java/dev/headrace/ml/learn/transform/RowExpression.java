package dev.headrace.ml.learn.transform;

import dev.headrace.core.project.spec.Doc;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * A SQL expression of the columns of one row, such as {@code ln(1 + spend)}. It calls what {@link
 * RowFunctions} knows and nothing else; whether its columns are there and of the right kinds shows
 * when it meets a table.
 */
@Doc("A SQL expression of the columns of one row, such as ln(1 + spend).")
public record RowExpression(String text) {
  /** So that no declaration takes long to read. */
  private static final int LONGEST = 10_000;

  public RowExpression {
    text = text.strip();
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must be at most %d characters long, not %d".formatted(LONGEST, text.length()));
    }
    new ExpressionParser(text).whole();
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is none, or no expression of one row, with the way out
   */
  public static RowExpression parse(String text) {
    return new RowExpression(text);
  }

  Node node() {
    return new ExpressionParser(text).whole();
  }

  /** The columns that it names, in the order of the text, as they are written there. */
  public SequencedSet<String> columns() {
    SequencedSet<String> names = new LinkedHashSet<>();
    collect(node(), names);
    return names;
  }

  private static void collect(Node node, SequencedSet<String> names) {
    switch (node) {
      case Node.Column(String name) -> names.add(name);
      case Node.Call call -> call.arguments().forEach(one -> collect(one, names));
      case Node.Choice choice -> {
        for (Node.When when : choice.whens()) {
          collect(when.condition(), names);
          collect(when.result(), names);
        }
        Node otherwise = choice.otherwise();
        if (otherwise != null) {
          collect(otherwise, names);
        }
      }
      case Node.Figure _, Node.Text _, Node.Truth _, Node.Nothing _, Node.Moment _ -> {}
    }
  }

  /** As it is declared. */
  @Override
  public String toString() {
    return text;
  }
}
