package dev.headrace.core.project.spec;

import dev.headrace.core.project.Problems;
import dev.headrace.core.project.SqlText;
import dev.headrace.spi.error.Location;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SQL file taken apart: the YAML between {@code /*---} and <code>---*&#47;</code> at its start,
 * if there is any, and the statement.
 *
 * @param header the YAML with everything before it blanked out, so that its lines and columns are
 *     those of the file; null if the file has no header
 */
record SqlFile(@Nullable String header, SqlText body) {
  private static final String OPEN = "/*---";
  private static final String CLOSE = "---*/";

  /** Blank lines and line comments may stand before the header. */
  private static final Pattern BEFORE = Pattern.compile("(?:\\s|--[^\n]*(?:\n|$))*+");

  private static final Pattern MISSPELT_OPEN = Pattern.compile("/\\*\\s+---+\\s*\n");
  private static final Pattern LATE_OPEN = Pattern.compile("(?m)^\\s*(/\\*---)");
  private static final Pattern VISIBLE = Pattern.compile("[^\n\r\\s]");

  /**
   * Takes a file apart; null, with a problem added, when its header cannot be told from the rest.
   */
  static @Nullable SqlFile read(String file, String text, Problems problems) {
    Matcher before = BEFORE.matcher(text);
    int start = before.lookingAt() ? before.end() : 0;
    int bodyStart = 0;
    String header = null;
    if (text.startsWith(OPEN, start)) {
      int yaml = start + OPEN.length();
      int end = text.indexOf(CLOSE, yaml);
      if (end < 0) {
        problems.add(
            at(file, text, start), "The header opened here is not closed.", "Close it with ---*/.");
        return null;
      }
      int comment = text.indexOf("*/", yaml);
      if (comment < end) {
        problems.add(
            at(file, text, comment),
            "'*/' inside the header ends the comment for every other SQL tool.",
            "Write it differently, for example '*' '/' apart, or close the header with ---*/.");
        return null;
      }
      header = VISIBLE.matcher(text.substring(0, yaml)).replaceAll(" ") + text.substring(yaml, end);
      bodyStart = end + CLOSE.length();
    } else {
      Matcher misspelt = MISSPELT_OPEN.matcher(text).region(start, text.length());
      if (misspelt.lookingAt()) {
        problems.add(
            at(file, text, start),
            "A header opens with '/*---', but here with a space in between.",
            "Write /*--- and ---*/ without a space.");
        return null;
      }
    }
    Matcher late = LATE_OPEN.matcher(text).region(bodyStart, text.length());
    if (late.find()) {
      problems.add(
          at(file, text, late.start(1)),
          header == null
              ? "The header must stand before the statement."
              : "A second header begins here.",
          "Move its keys to the start of the file.");
      return null;
    }
    return new SqlFile(header, body(file, text, bodyStart));
  }

  /** The statement; columns of its first line are those of the file. */
  private static SqlText body(String file, String text, int bodyStart) {
    Location start = at(file, text, bodyStart);
    int end = text.indexOf('\n', bodyStart);
    if (bodyStart > 0 && end >= 0 && text.substring(bodyStart, end).isBlank()) {
      return new SqlText(text.substring(end + 1).stripTrailing(), file, start.line() + 1);
    }
    String sameLine = " ".repeat(start.column() - 1) + text.substring(bodyStart);
    return new SqlText(sameLine.stripTrailing(), file, start.line());
  }

  private static Location at(String file, String text, int offset) {
    String before = text.substring(0, offset);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new Location(file, line, offset - before.lastIndexOf('\n'));
  }
}
