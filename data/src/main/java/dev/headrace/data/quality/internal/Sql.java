package dev.headrace.data.quality.internal;

import dev.headrace.data.sql.SqlQuotes;
import java.util.List;
import java.util.stream.Collectors;

/** The pieces of SQL that all queries of this room are made of. */
public final class Sql {
  /** The name by which queries of this room call the table under examination. */
  public static final String THIS = "this";

  private Sql() {}

  /** A quoted identifier of standard SQL. */
  public static String name(String identifier) {
    return SqlQuotes.identifier(identifier);
  }

  /** Quoted identifiers with commas between them. */
  public static String names(List<String> identifiers) {
    return identifiers.stream().map(Sql::name).collect(Collectors.joining(", "));
  }

  /** A character literal of standard SQL. */
  public static String text(String value) {
    return SqlQuotes.literal(value);
  }

  /**
   * A user's own expression or query, set on lines of its own so that a comment at its end cannot
   * swallow what follows.
   */
  public static String users(String sql) {
    String trimmed = sql.strip();
    while (trimmed.endsWith(";")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1).strip();
    }
    return "(\n" + trimmed + "\n)";
  }

  /** A value as text of bounded length, for a reason that a person reads. */
  public static String shown(String expression) {
    return "substr(cast(" + expression + " as string), 1, 200)";
  }
}
