package dev.headrace.data.metrics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a count counts.
 *
 * @param expression a SQL expression, or {@link #ALL}
 * @param distinct whether each value counts once
 */
record Counted(String expression, boolean distinct) {
  /** Rows, whatever is in them. */
  static final String ALL = "*";

  private static final Pattern DISTINCT = Pattern.compile("(?is)\\s*distinct\\s+(.*)");

  static Counted parse(String text) {
    Matcher distinct = DISTINCT.matcher(text);
    return distinct.matches()
        ? new Counted(distinct.group(1), true)
        : new Counted(text.strip(), false);
  }
}
