package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.CsvOptions;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.spi.error.HeadraceException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How one delimited file is written.
 *
 * @param quote 0 when fields are never quoted
 * @param escape the byte that makes a quote inside quotes literal; mostly the quote itself
 */
record CsvDialect(byte delimiter, byte quote, byte escape, byte decimal) {
  private static final byte[] CANDIDATES = {',', ';', '\t', '|'};
  private static final int SAMPLE_RECORDS = 200;

  /** The declared dialect; the delimiter is found out from what the window holds. */
  static CsvDialect of(CsvOptions options, String path, Window window) {
    byte quote = options.quote().equalsIgnoreCase("none") ? 0 : single("quote", options.quote());
    byte escape = options.escape() == null ? quote : single("escape", options.escape());
    byte decimal = single("decimal", options.decimal());
    byte delimiter;
    if (options.delimiter() != null) {
      delimiter = single("delimiter", options.delimiter());
    } else {
      delimiter = guess(path, window, quote, escape, decimal);
    }
    if (delimiter == quote || delimiter == '\n' || delimiter == '\r') {
      throw wrong("delimiter", options.delimiter() == null ? "" : options.delimiter());
    }
    return new CsvDialect(delimiter, quote, escape, decimal);
  }

  /**
   * The candidate that takes the most records apart into the same number of fields as the first,
   * the one with the most fields among equals.
   */
  private static byte guess(String path, Window window, byte quote, byte escape, byte decimal) {
    String name = path.toLowerCase(Locale.ROOT);
    byte best = name.contains(".tsv") ? (byte) '\t' : (byte) ',';
    long bestScore = 0;
    for (byte candidate : CANDIDATES) {
      CsvRecord record = new CsvRecord(new CsvDialect(candidate, quote, escape, decimal));
      int at = window.start;
      int first = 0;
      int records = 0;
      int alike = 0;
      while (records < SAMPLE_RECORDS && at < window.limit) {
        CsvRecord.Outcome outcome = record.parse(window.bytes, at, window.limit, window.ended());
        if (outcome == CsvRecord.Outcome.NEEDS_MORE) {
          break;
        }
        boolean complete = outcome == CsvRecord.Outcome.COMPLETE;
        if (!(complete && record.isBlank())) {
          records++;
          first = records == 1 ? record.fields() : first;
          alike += complete && record.fields() == first ? 1 : 0;
        }
        at = complete ? record.next() : Math.max(at, window.lineFeed(at)) + 1;
      }
      long score = first > 1 ? alike * 1_000_000L / records * 10_000 + first : 0;
      if (score > bestScore) {
        bestScore = score;
        best = candidate;
      }
    }
    return best;
  }

  private static byte single(String key, String text) {
    String named =
        switch (text.toLowerCase(Locale.ROOT)) {
          case "tab", "\\t" -> "\t";
          case "space" -> " ";
          default -> text;
        };
    byte[] bytes = named.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != 1 || bytes[0] <= 0) {
      throw wrong(key, text);
    }
    return bytes[0];
  }

  private static HeadraceException wrong(String key, String text) {
    return new HeadraceException(
        IngestError.INGEST_SPEC,
        "Cannot use csv." + key + " '" + text + "': it is not one ASCII character of its own.",
        "Write one character, or 'tab'.");
  }
}
