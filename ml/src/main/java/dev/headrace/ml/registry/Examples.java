package dev.headrace.ml.registry;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.data.sql.SqlScanner;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which rows a model learns from: those of a table, or those that a query gives.
 *
 * @param text the name of a table, or one SELECT
 */
@Doc("A table or source with a row per example, or a SELECT over such.")
public record Examples(String text) {
  /** What is meant as the name of a table, even a wrong one: it has no blank in it. */
  private static final Pattern NAME = Pattern.compile("\\S*");

  public Examples {
    text = SqlScanner.withoutSemicolons(text.strip()).strip();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("must be a table or a SELECT, not an empty text");
    }
  }

  /** Reads what stands in a declaration. */
  public static Examples parse(String text) {
    return new Examples(text);
  }

  /** Whether rows are those of a query. */
  public boolean isQuery() {
    return !NAME.matcher(text).matches();
  }

  /** The table's name in lower case. */
  String table() {
    if (isQuery()) {
      throw new IllegalStateException("a query has no name: " + text);
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** How a message calls them. */
  String shown() {
    return isQuery() ? "its query" : "table '" + text + "'";
  }

  /** As it is declared. */
  @Override
  public String toString() {
    return text;
  }
}
