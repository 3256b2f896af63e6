package dev.headrace.spi.error;

import java.util.Comparator;

/**
 * A place in a user's file.
 *
 * @param file path as the user would type it, relative to the project where it lies inside
 * @param line 1-based; 0 when the whole file is meant
 * @param column 1-based; 0 when the whole line is meant
 */
public record Location(String file, int line, int column) implements Comparable<Location> {
  private static final Comparator<Location> ORDER =
      Comparator.comparing(Location::file)
          .thenComparingInt(Location::line)
          .thenComparingInt(Location::column);

  /** The whole of {@code file}. */
  public static Location of(String file) {
    return new Location(file, 0, 0);
  }

  /** One line of {@code file}. */
  public static Location of(String file, int line) {
    return new Location(file, line, 0);
  }

  @Override
  public int compareTo(Location other) {
    return ORDER.compare(this, other);
  }

  /** {@code file}, {@code file:line} or {@code file:line:column}: what editors make clickable. */
  @Override
  public String toString() {
    if (line == 0) {
      return file;
    }
    return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
  }
}
