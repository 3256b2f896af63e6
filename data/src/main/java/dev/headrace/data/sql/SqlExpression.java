package dev.headrace.data.sql;

import java.util.List;
import java.util.function.Function;

/**
 * One scalar expression that a user wrote, such as a filter: what it names, and where. It holds no
 * subquery, window or parameter, and no parenthesis of it closes one that surrounds it, so that it
 * can be put into a statement between parentheses and mean what it meant alone.
 *
 * @param text as written, with blanks for comments
 * @param columns each use of a column, in order of the text
 */
public record SqlExpression(String text, List<ColumnUse> columns) {
  public SqlExpression {
    columns = List.copyOf(columns);
  }

  /**
   * One use of a column.
   *
   * @param parts the name and what qualifies it, without quotes: {@code [dim_site, category]}
   * @param start offset of its first character in the text
   * @param end offset behind its last character
   */
  public record ColumnUse(List<String> parts, int start, int end) {
    public ColumnUse {
      parts = List.copyOf(parts);
    }

    /** As a message shows it. */
    public String name() {
      return String.join(".", parts);
    }
  }

  /** The text with every use of a column written anew; all else stays as it is. */
  public String rewrite(Function<ColumnUse, String> names) {
    StringBuilder rewritten = new StringBuilder();
    int from = 0;
    for (ColumnUse use : columns) {
      rewritten.append(text, from, use.start()).append(names.apply(use));
      from = use.end();
    }
    return rewritten.append(text, from, text.length()).toString();
  }
}
