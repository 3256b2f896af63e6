package dev.headrace.core.project;

import dev.headrace.spi.error.Location;

/**
 * SQL as it stands in a user's file.
 *
 * @param text the statement, without the file's YAML header
 * @param file path as the user would type it
 * @param firstLine 1-based line of the file on which {@code text} begins
 */
public record SqlText(String text, String file, int firstLine) {
  /** The place in the file of a 1-based line and column of {@link #text}. */
  public Location at(int line, int column) {
    return new Location(file, firstLine + line - 1, column);
  }
}
