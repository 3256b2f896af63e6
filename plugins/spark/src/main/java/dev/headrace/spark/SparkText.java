package dev.headrace.spark;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A user's statement in Spark's lexical form.
 *
 * <p>Words stay as they are; this is no translation of SQL. Only what the two lexers read
 * differently is written in Spark's way: a backslash in a string is a backslash, {@code "x"} is a
 * name, {@code $name} is a parameter's value, comments are gone with the hints they might hold.
 */
final class SparkText {
  private record Piece(int start, int sourceStart) {}

  private final String source;
  private final Location origin;
  private final Map<String, Object> parameters;
  private final StringBuilder text;
  private final List<Piece> pieces = new ArrayList<>();

  private SparkText(Query query) {
    this.source = query.sql();
    this.origin = query.origin();
    this.parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    parameters.putAll(query.parameters());
    this.text = new StringBuilder(source.length() + 64);
  }

  /** The text of {@code query}, parameters filled in. */
  static SparkText of(Query query) {
    SparkText text = new SparkText(query);
    text.carryOver();
    return text;
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /**
   * Where in the user's file Spark's position is.
   *
   * @param codePoint as Spark counts; negative when it does not know
   */
  @Nullable Location locate(int codePoint) {
    int length = text.codePointCount(0, text.length());
    if (codePoint < 0 || codePoint > length) {
      return null;
    }
    int at = text.offsetByCodePoints(0, codePoint);
    int sourceAt = 0;
    for (Piece piece : pieces) {
      if (piece.start > at) {
        break;
      }
      sourceAt = piece.sourceStart + at - piece.start;
    }
    return place(Math.min(sourceAt, source.length()));
  }

  private Location place(int offset) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset; i++) {
      if (source.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int column = source.codePointCount(lineStart, offset) + 1;
    return line == 1
        ? new Location(origin.file(), origin.line(), origin.column() + column - 1)
        : new Location(origin.file(), origin.line() + line - 1, column);
  }

  private void carryOver() {
    int i = 0;
    while (i < source.length()) {
      pieces.add(new Piece(text.length(), i));
      char c = source.charAt(i);
      if (c == '\'') {
        i = string(i);
      } else if (c == '"') {
        i = name(i);
      } else if (c == '`') {
        int end = source.indexOf('`', i + 1);
        i = copy(i, end < 0 ? source.length() : end + 1);
      } else if (source.startsWith("--", i)) {
        int end = source.indexOf('\n', i);
        i = end < 0 ? source.length() : end;
        text.append(' ');
      } else if (source.startsWith("/*", i)) {
        i = comment(i);
      } else if (c == '$' && (i == 0 || !Character.isJavaIdentifierPart(source.charAt(i - 1)))) {
        i = dollar(i);
      } else {
        i = copy(i, plainEnd(i));
      }
    }
  }

  /** Behind the characters from {@code i} on that mean nothing special. */
  private int plainEnd(int i) {
    int end = i + 1;
    while (end < source.length() && "'\"`$-/".indexOf(source.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private int copy(int from, int to) {
    text.append(source, from, to);
    return to;
  }

  private int string(int start) {
    StringBuilder content = new StringBuilder();
    int i = start + 1;
    while (i < source.length()) {
      char c = source.charAt(i);
      if (c != '\'') {
        content.append(c);
        i++;
      } else if (i + 1 < source.length() && source.charAt(i + 1) == '\'') {
        content.append(c);
        i += 2;
      } else {
        text.append(literal(content.toString()));
        return i + 1;
      }
    }
    return copy(start, source.length()); // Not closed: Spark says so.
  }

  private int name(int start) {
    StringBuilder name = new StringBuilder();
    int i = start + 1;
    while (i < source.length()) {
      char c = source.charAt(i);
      if (c != '"') {
        name.append(c);
        i++;
      } else if (i + 1 < source.length() && source.charAt(i + 1) == '"') {
        name.append(c);
        i += 2;
      } else {
        text.append(identifier(name.toString()));
        return i + 1;
      }
    }
    return copy(start, source.length());
  }

  private int comment(int start) {
    int depth = 0;
    int i = start;
    while (i < source.length()) {
      if (source.startsWith("/*", i)) {
        depth++;
        i += 2;
      } else if (source.startsWith("*/", i)) {
        depth--;
        i += 2;
        if (depth == 0) {
          text.append(' ');
          return i;
        }
      } else {
        i++;
      }
    }
    return copy(start, source.length());
  }

  private int dollar(int start) {
    int end = start + 1;
    while (end < source.length()
        && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
      end++;
    }
    if (end < source.length() && source.charAt(end) == '$') {
      String tag = source.substring(start, end + 1);
      int close = source.indexOf(tag, end + 1);
      if (close >= 0) {
        text.append(literal(source.substring(end + 1, close)));
        return close + tag.length();
      }
    }
    String name = source.substring(start + 1, end);
    Object value = parameters.get(name);
    if (value == null) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_PARAMETER,
          "Cannot run the query: its parameter '$" + name + "' has no value.",
          parameters.isEmpty()
              ? "This query is given no parameters."
              : "Given are " + String.join(", ", parameters.keySet()) + ".",
          place(start),
          null);
    }
    text.append(SparkLiterals.of(value));
    return end;
  }

  private static String literal(String content) {
    return SparkLiterals.string(content);
  }

  /** The name in backquotes, for any name. */
  static String identifier(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
