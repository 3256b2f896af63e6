package dev.headrace.data.sql;

/** A place that moves over the words of a text; strings and comments are passed over whole. */
final class SqlCursor {
  private final String sql;
  private int at;

  SqlCursor(String sql, int at) {
    this.sql = sql;
    this.at = at;
  }

  int at() {
    return at;
  }

  /** Moves to a place. */
  void back(int place) {
    at = place;
  }

  boolean atEnd() {
    return at >= sql.length();
  }

  /** Moves behind blanks and comments, and tells the place. */
  int next() {
    at = SqlScanner.skipBlanks(sql, at);
    return at;
  }

  /**
   * Moves over what is no word: blanks, or one token.
   *
   * @param behindDot whether a dot came last
   * @return whether one does now
   */
  boolean skip(boolean behindDot) {
    int blanks = SqlScanner.skipBlanks(sql, at);
    if (blanks > at) {
      at = blanks;
      return behindDot;
    }
    boolean dot = sql.charAt(at) == '.';
    at = SqlScanner.skipToken(sql, at);
    return dot;
  }

  boolean peek(char wanted) {
    next();
    return !atEnd() && sql.charAt(at) == wanted;
  }

  boolean take(char wanted) {
    boolean there = peek(wanted);
    at += there ? 1 : 0;
    return there;
  }

  /** Moves behind a word, if it comes next. */
  boolean takeWord(String wanted) {
    int place = next();
    if (word().equalsIgnoreCase(wanted)) {
      return true;
    }
    at = place;
    return false;
  }

  /** Whether a name in double quotes begins here. */
  boolean isQuoted() {
    return !atEnd() && sql.charAt(at) == '"';
  }

  /** A word, or what double quotes hold. */
  String name() {
    return isQuoted() ? quoted('"') : word();
  }

  /** What a string that begins here holds, in quotes of the given kind. */
  String quoted(char quote) {
    int end = SqlScanner.skipToken(sql, at);
    String one = String.valueOf(quote);
    String text = sql.substring(at + 1, Math.max(at + 1, end - 1)).replace(one + one, one);
    at = end;
    return text;
  }

  /** {@code :3}, {@code :latest} or {@code @candidate} behind the name of a model. */
  String version() {
    if (atEnd() || (sql.charAt(at) != ':' && sql.charAt(at) != '@')) {
      return "";
    }
    int from = at++;
    while (!atEnd() && (part(sql.charAt(at)) || sql.charAt(at) == '-')) {
      at++;
    }
    return sql.substring(from, at);
  }

  /** The word that begins here; empty where none does. */
  String word() {
    int from = at;
    if (!atEnd() && Character.isJavaIdentifierStart(sql.charAt(at)) && sql.charAt(at) != '$') {
      while (!atEnd() && part(sql.charAt(at))) {
        at++;
      }
      if (!atEnd() && sql.charAt(at) == '\'' && at - from == 1) {
        at = from; // Such as e'…', whose quotes have rules of their own.
        at = SqlScanner.skipToken(sql, at + 1);
      }
    } else if (!atEnd() && Character.isDigit(sql.charAt(at))) {
      while (!atEnd() && part(sql.charAt(at))) {
        at++;
      }
    }
    return sql.substring(from, at);
  }

  private static boolean part(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
