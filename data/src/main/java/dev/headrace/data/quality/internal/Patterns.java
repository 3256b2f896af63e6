package dev.headrace.data.quality.internal;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions of checks: what is wrong with one, and its SQL. */
public final class Patterns {
  private static final Pattern BEYOND_RE2 =
      Pattern.compile("\\(\\?[=!>]|\\(\\?<[=!]|\\\\[1-9]|\\\\k<|[*+?}]\\+");
  private static final String SPECIAL = "\\^$.|?*+()[]{}%_";

  private Patterns() {}

  /** Why the expression cannot be used; empty when it can. */
  public static Optional<String> flaw(String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      return Optional.of(e.getDescription() + " at character " + (e.getIndex() + 1));
    }
    return BEYOND_RE2.matcher(regex).find()
        ? Optional.of("look-around, back-references and possessive repeats are not part of RE2")
        : Optional.empty();
  }

  /** A condition that is true when the whole value matches, null for null. */
  public static String condition(String column, String regex) {
    return like(regex)
        .map(pattern -> column + " like " + Sql.text(pattern))
        // The option lets the dot match a line break, as LIKE's wildcards do.
        .orElseGet(() -> "regexp_full_match(" + column + ", " + Sql.text(regex) + ", 's')");
  }

  /**
   * The LIKE pattern that says the same as an expression made of plain characters, {@code .},
   * {@code .*} and {@code .+} only; LIKE takes about a third of the time.
   */
  static Optional<String> like(String regex) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      char next = i + 1 < regex.length() ? regex.charAt(i + 1) : ' ';
      if (c == '.' && next == '*') {
        pattern.append('%');
        i++;
      } else if (c == '.' && next == '+') {
        pattern.append("_%");
        i++;
      } else if (c == '.' && next != '?' && next != '{') {
        pattern.append('_');
      } else if (SPECIAL.indexOf(c) < 0 && "*+?{".indexOf(next) < 0) {
        pattern.append(c);
      } else {
        return Optional.empty();
      }
    }
    // A repeat of a repeat, such as the lazy .*?, was left over as a special character above.
    return Optional.of(pattern.toString());
  }
}
