package dev.headrace.spark;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Cuts a statement into the pieces that two lexers of SQL may read differently. */
final class SparkTokens {
  /**
   * A piece.
   *
   * @param text as Spark reads it
   * @param isWord whether it is a keyword or an unquoted name
   */
  record Token(String text, int sourceStart, boolean isWord) {
    boolean is(String keyword) {
      return isWord && text.toLowerCase(Locale.ROOT).equals(keyword);
    }

    boolean isBlank() {
      return text.isBlank();
    }
  }

  private final String source;
  private final Map<String, Object> parameters;
  private final IntFunction<Location> places;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /**
   * @param places the place of an offset in the user's file
   */
  SparkTokens(Query query, IntFunction<Location> places) {
    this.source = query.sql();
    this.parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    parameters.putAll(query.parameters());
    this.places = places;
  }

  List<Token> all() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '\'') {
        quoted(c);
      } else if (c == '"') {
        quoted(c);
      } else if (c == '`') {
        int end = source.indexOf('`', at + 1);
        copy(end < 0 ? source.length() : end + 1, false);
      } else if (source.startsWith("--", at)) {
        int end = source.indexOf('\n', at);
        replace(end < 0 ? source.length() : end, " ");
      } else if (source.startsWith("/*", at)) {
        comment();
      } else if (c == '$') {
        dollar();
      } else if (Character.isJavaIdentifierStart(c)) {
        int end = at + 1;
        while (end < source.length() && Character.isJavaIdentifierPart(source.charAt(end))) {
          end++;
        }
        copy(end, true);
      } else if (Character.isDigit(c)) {
        int end = at + 1;
        while (end < source.length() && Character.isLetterOrDigit(source.charAt(end))) {
          end++;
        }
        copy(end, false);
      } else {
        copy(at + 1, false);
      }
    }
    return tokens;
  }

  private void copy(int end, boolean isWord) {
    tokens.add(new Token(source.substring(at, end), at, isWord));
    at = end;
  }

  private void replace(int end, String text) {
    tokens.add(new Token(text, at, false));
    at = end;
  }

  /** A string or a name in quotes; one that is not closed stays as it is, and Spark says so. */
  private void quoted(char quote) {
    StringBuilder content = new StringBuilder();
    int i = at + 1;
    while (i < source.length()) {
      char c = source.charAt(i);
      if (c != quote) {
        content.append(c);
        i++;
      } else if (i + 1 < source.length() && source.charAt(i + 1) == quote) {
        content.append(c);
        i += 2;
      } else {
        String text = content.toString();
        replace(i + 1, quote == '"' ? identifier(text) : SparkLiterals.string(text));
        return;
      }
    }
    copy(source.length(), false);
  }

  private void comment() {
    int depth = 0;
    int i = at;
    while (i < source.length()) {
      if (source.startsWith("/*", i)) {
        depth++;
        i += 2;
      } else if (source.startsWith("*/", i)) {
        depth--;
        i += 2;
        if (depth == 0) {
          replace(i, " ");
          return;
        }
      } else {
        i++;
      }
    }
    copy(source.length(), false);
  }

  /** A parameter, or a string between two equal tags. */
  private void dollar() {
    int end = at + 1;
    while (end < source.length()
        && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
      end++;
    }
    if (end < source.length() && source.charAt(end) == '$') {
      String tag = source.substring(at, end + 1);
      int close = source.indexOf(tag, end + 1);
      if (close >= 0) {
        replace(close + tag.length(), SparkLiterals.string(source.substring(end + 1, close)));
        return;
      }
    }
    String name = source.substring(at + 1, end);
    Object value = parameters.get(name);
    if (value == null) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_PARAMETER,
          "Cannot run the query: its parameter '$" + name + "' has no value.",
          parameters.isEmpty()
              ? "This query is given no parameters."
              : "Given are " + String.join(", ", parameters.keySet()) + ".",
          places.apply(at),
          null);
    }
    replace(end, SparkLiterals.of(value));
  }

  /** The name in backquotes, for any name. */
  static String identifier(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
