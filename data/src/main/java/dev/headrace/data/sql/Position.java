package dev.headrace.data.sql;

import dev.headrace.spi.error.Location;

/**
 * A place in one SQL text.
 *
 * @param line 1-based; 0 when the parser gave no position
 * @param column 1-based, in characters; 0 when the parser gave no position
 */
public record Position(int line, int column) {
  /** No position is known. */
  public static final Position UNKNOWN = new Position(0, 0);

  /** The position of the character at {@code offset} of {@code sql}. */
  public static Position of(String sql, int offset) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset; i++) {
      if (sql.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(line, offset - lineStart + 1);
  }

  /**
   * The same place in the file that holds the text.
   *
   * @param origin where the text's first character is
   */
  public Location in(Location origin) {
    if (line == 0) {
      return origin;
    }
    int firstLine = Math.max(origin.line(), 1);
    int firstColumn = Math.max(origin.column(), 1);
    return new Location(
        origin.file(), firstLine + line - 1, line == 1 ? firstColumn + column - 1 : column);
  }
}
