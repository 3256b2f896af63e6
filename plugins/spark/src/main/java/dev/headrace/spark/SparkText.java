package dev.headrace.spark;

import dev.headrace.spark.SparkTokens.Token;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's statement in Spark's lexical form.
 *
 * <p>This is no translation of SQL. What the two lexers read differently is written in Spark's way:
 * a backslash in a string is a backslash, {@code "x"} is a name, {@code $name} is a parameter's
 * value, comments are gone with the hints they might hold. One clause that Spark 4.1 lacks is
 * spelled out, see {@link Qualify}. All other words stay as they are.
 */
final class SparkText {
  private record Piece(int start, int sourceStart) {}

  private final String source;
  private final Location origin;
  private final StringBuilder text = new StringBuilder();
  private final List<Piece> pieces = new ArrayList<>();

  private SparkText(Query query) {
    this.source = query.sql();
    this.origin = query.origin();
  }

  /** The text of {@code query}, parameters filled in. */
  static SparkText of(Query query) {
    SparkText text = new SparkText(query);
    List<Token> tokens = new SparkTokens(query, text::place).all();
    for (Token token : Qualify.spelledOut(tokens)) {
      text.pieces.add(new Piece(text.text.length(), token.sourceStart()));
      text.text.append(token.text());
    }
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
}
