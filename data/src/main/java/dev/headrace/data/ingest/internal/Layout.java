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

  /** Begins the frame's keys: a character of private use, that no program gives a key. */
  private static final String MARK = "\uE000";

  static final String FILE_KEY = MARK + "f";
  static final String LINE_KEY = MARK + "n";
  static final String PLACE_KEY = MARK + "k";

  private static final byte[] FILE = utf8("{\"" + FILE_KEY + "\":");
  private static final byte[] LINE = utf8(",\"" + LINE_KEY + "\":");
  private static final byte[] PLACE = utf8(",\"" + PLACE_KEY + "\":");

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Layout json() {
    return new Layout(List.of(), null, null);
  }

  boolean isJson() {
    return dialect == null && pattern == null;
  }

  /**
   * Writes what stands before a record in a slice; before a JSON object, it takes the place of the
   * opening brace.
   *
   * @param place of the record among those that begin on the same line, from 0
   * @return where the record goes on
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
    return place > 0 ? number(to, bytes(to, next, PLACE), place) : next;
  }

  /** Whether a JSON object with this key could not be told from its frame. */
  static boolean isFrameKey(String name) {
    return name.equals(FILE_KEY) || name.equals(LINE_KEY) || name.equals(PLACE_KEY);
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
