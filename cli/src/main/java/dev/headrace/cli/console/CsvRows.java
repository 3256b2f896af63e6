package dev.headrace.cli.console;

import dev.headrace.spi.engine.Rows;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as CSV after RFC 4180: a header, commas, CRLF line ends, quotes where needed. Null is an
 * empty field, the empty text is {@code ""}; values as in {@link ValueText}.
 */
public final class CsvRows {
  private CsvRows() {}

  /**
   * Writes all rows in constant memory.
   *
   * @return how many
   */
  public static long write(Rows rows, PrintWriter out) {
    writeRecord(rows.schema().names(), out);
    long count = 0;
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      writeRecord(row, out);
      count++;
    }
    return count;
  }

  private static void writeRecord(List<? extends @Nullable Object> values, PrintWriter out) {
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      Object value = values.get(i);
      if (value == null) {
        continue;
      }
      String text = ValueText.of(value);
      if (mustQuote(text)) {
        out.write('"');
        out.write(text.replace("\"", "\"\""));
        out.write('"');
      } else {
        out.write(text);
      }
    }
    out.write("\r\n");
  }

  private static boolean mustQuote(String text) {
    if (text.isEmpty()) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == ',' || c == '\n' || c == '\r') {
        return true;
      }
    }
    // Readers trim, some even the first and last blank only.
    return text.charAt(0) == ' ' || text.charAt(text.length() - 1) == ' ';
  }
}
