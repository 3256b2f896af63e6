package dev.headrace.data.ingest.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the records of a slice are made up.
 *
 * @param names columns of delimited text or groups of a pattern, in order; empty for JSON
 * @param dialect of delimited text; null otherwise
 * @param pattern of lines; null otherwise
 */
record Layout(List<String> names, @Nullable CsvDialect dialect, @Nullable String pattern) {
  /** A control character that no sound JSON and hardly any line of text holds. */
  static final byte SEPARATOR = 1;

  static Layout json() {
    return new Layout(List.of(), null, null);
  }

  byte separator() {
    return dialect == null ? SEPARATOR : dialect.delimiter();
  }
}
