package dev.headrace.data.sql;

/** Looks at the edges of a statement that is known to parse. */
public final class SqlScanner {
  private SqlScanner() {}

  /** The offset of the first character behind {@code from} that is no blank and in no comment. */
  public static int skipBlanks(String sql, int from) {
    int i = from;
    while (i < sql.length()) {
      if (Character.isWhitespace(sql.charAt(i)) || sql.charAt(i) == '\uFEFF') {
        i++;
      } else if (sql.startsWith("--", i)) {
        int end = sql.indexOf('\n', i);
        i = end < 0 ? sql.length() : end + 1;
      } else if (sql.startsWith("/*", i)) {
        i = skipBlockComment(sql, i);
      } else {
        return i;
      }
    }
    return i;
  }

  /** The statement without closing semicolons; everything else stays where it is. */
  public static String withoutSemicolons(String sql) {
    if (sql.indexOf(';') < 0) {
      return sql;
    }
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (c == ';') {
        return isBlankFrom(sql, i) ? sql.substring(0, i) : sql;
      }
      i = skipToken(sql, i);
    }
    return sql;
  }

  /** The statement with a blank for each character of its comments: all else stays where it is. */
  public static String blankComments(String sql) {
    StringBuilder blanked = new StringBuilder(sql);
    int i = 0;
    while (i < sql.length()) {
      int end = skipToken(sql, i);
      if (sql.startsWith("--", i) || sql.startsWith("/*", i)) {
        for (int at = i; at < end; at++) {
          if (sql.charAt(at) != '\n') {
            blanked.setCharAt(at, ' ');
          }
        }
      }
      i = end;
    }
    return blanked.toString();
  }

  /** The offset behind the parenthesis that closes the one at {@code open}; -1 if none does. */
  static int closing(String sql, int open) {
    int depth = 0;
    int i = open;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      i = skipToken(sql, i);
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The end of the last step of the statement's own WITH that is complete before {@code limit}; 0
   * where there is none.
   */
  public static int endOfSteps(String sql, int limit) {
    int end = 0;
    int i = skipBlanks(sql, 0);
    if (!isWord(sql, i, "with")) {
      return 0;
    }
    while (i < limit) {
      char c = sql.charAt(i);
      if (c != '(') {
        i = skipToken(sql, i);
        continue;
      }
      int close = closing(sql, i);
      if (close < 0 || close > limit) {
        return end;
      }
      int next = skipBlanks(sql, close);
      boolean columns = isWord(sql, next, "as");
      if (!columns) {
        end = close;
        if (next >= sql.length() || sql.charAt(next) != ',') {
          return end;
        }
      }
      i = close;
    }
    return end;
  }

  private static boolean isWord(String sql, int at, String word) {
    int end = at + word.length();
    return sql.regionMatches(true, at, word, 0, word.length())
        && (end >= sql.length() || !Character.isJavaIdentifierPart(sql.charAt(end)));
  }

  private static boolean isBlankFrom(String sql, int from) {
    int i = from;
    while (i < sql.length() && sql.charAt(i) == ';') {
      i = skipBlanks(sql, i + 1);
    }
    return i >= sql.length();
  }

  /**
   * The offset behind the string, quoted name or comment that begins at {@code i}; behind the one
   * character there where none does.
   */
  static int skipToken(String sql, int i) {
    char c = sql.charAt(i);
    if (c == '\'' || c == '"') {
      boolean escapes =
          c == '\''
              && i > 0
              && (sql.charAt(i - 1) == 'e' || sql.charAt(i - 1) == 'E')
              && (i == 1 || !Character.isJavaIdentifierPart(sql.charAt(i - 2)));
      return skipQuoted(sql, i, c, escapes);
    }
    if (sql.startsWith("--", i)) {
      int end = sql.indexOf('\n', i);
      return end < 0 ? sql.length() : end + 1;
    }
    if (sql.startsWith("/*", i)) {
      return skipBlockComment(sql, i);
    }
    if (c == '$') {
      return skipDollar(sql, i);
    }
    return i + 1;
  }

  private static int skipQuoted(String sql, int start, char quote, boolean escapes) {
    int i = start + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (escapes && c == '\\') {
        i += 2;
      } else if (c != quote) {
        i++;
      } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
        i += 2;
      } else {
        return i + 1;
      }
    }
    return sql.length();
  }

  private static int skipBlockComment(String sql, int start) {
    int depth = 0;
    int i = start;
    while (i < sql.length()) {
      if (sql.startsWith("/*", i)) {
        depth++;
        i += 2;
      } else if (sql.startsWith("*/", i)) {
        depth--;
        i += 2;
        if (depth == 0) {
          return i;
        }
      } else {
        i++;
      }
    }
    return sql.length();
  }

  /** A {@code $tag$…$tag$} string, or just the dollar sign of a parameter. */
  private static int skipDollar(String sql, int start) {
    if (start > 0 && Character.isJavaIdentifierPart(sql.charAt(start - 1))) {
      return start + 1;
    }
    int i = start + 1;
    while (i < sql.length() && (Character.isLetterOrDigit(sql.charAt(i)) || sql.charAt(i) == '_')) {
      i++;
    }
    if (i >= sql.length() || sql.charAt(i) != '$') {
      return i;
    }
    String tag = sql.substring(start, i + 1);
    int end = sql.indexOf(tag, i + 1);
    return end < 0 ? sql.length() : end + tag.length();
  }
}
