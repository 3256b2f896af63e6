package dev.headrace.data.ingest.internal;

import java.nio.charset.StandardCharsets;
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

  private static final byte[] FILE = ascii("{\"f\":");
  private static final byte[] LINE = ascii(",\"n\":");
  private static final byte[] PLACE = ascii(",\"k\":");
  private static final byte[] RECORD = ascii(",\"r\":");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static Layout json() {
    return new Layout(List.of(), null, null);
  }

  boolean isJson() {
    return dialect == null && pattern == null;
  }

  /**
   * Writes what stands before a record in a slice.
   *
   * @param place of the record among those that begin on the same line, from 0
   * @return where the record begins
   */
  int begin(byte[] to, int at, int file, long line, long place) {
    if (!isJson()) {
      byte separator = dialect == null ? SEPARATOR : dialect.delimiter();
      int next = number(to, at, file);
      to[next++] = separator;
      next = number(to, next, line);
      to[next++] = separator;
      return next;
    }
    int next = number(to, bytes(to, at, FILE), file);
    next = number(to, bytes(to, next, LINE), line);
    if (place > 0) {
      next = number(to, bytes(to, next, PLACE), place);
    }
    return bytes(to, next, RECORD);
  }

  /** Writes what stands behind a record; returns where the next row begins. */
  int end(byte[] to, int at) {
    int next = at;
    if (isJson()) {
      to[next++] = '}';
    }
    to[next++] = '\n';
    return next;
  }

  private static int bytes(byte[] to, int at, byte[] text) {
    System.arraycopy(text, 0, to, at, text.length);
    return at + text.length;
  }

  private static int number(byte[] to, int at, long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = at + digits - 1; i >= at; i--) {
      to[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return at + digits;
  }
}
