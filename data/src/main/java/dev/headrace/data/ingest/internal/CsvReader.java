package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.CsvOptions;
import dev.headrace.data.ingest.IngestError;
import dev.headrace.spi.error.HeadraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes delimited text apart. Every record that comes out has as many fields as there are columns,
 * is UTF-8 and closes its quotes; all others are rejected.
 *
 * <p>Where quotes do not fit, only the line on which the record begins is rejected and reading goes
 * on with the next line, so that one stray quote does not swallow what follows.
 */
final class CsvReader {
  private static final int MAX_COLUMNS = 10_000;
  private final Window window;
  private final CsvOptions options;
  private final List<String> nullText;
  private final int maxRecordBytes;
  private final String path;
  private long line = 1;
  private List<String> names = List.of();
  private CsvDialect dialect = new CsvDialect((byte) ',', (byte) '"', (byte) '"', (byte) '.');
  private final Predicate<String> known;
  private boolean nameless;
  private CsvRecord record = new CsvRecord(dialect);

  /**
   * @param known whether the source has a column of this name
   */
  CsvReader(
      Window window,
      CsvOptions options,
      List<String> nullText,
      int maxRecordBytes,
      String path,
      Predicate<String> known) {
    this.known = known;
    this.window = window;
    this.options = options;
    this.nullText = nullText;
    this.maxRecordBytes = maxRecordBytes;
    this.path = path;
  }

  CsvDialect dialect() {
    return dialect;
  }

  /**
   * Reads up to the first row of data and tells the columns; empty if there is no row at all.
   *
   * @throws HeadraceException INGEST_COLUMN_NAMES if declared names are not as many as the columns
   */
  List<String> open() throws IOException {
    while (window.limit - window.start < (1 << 16) && window.fill()) {
      // The dialect is told from the first 64 KiB.
    }
    for (int i = 0; i < options.skip(); i++) {
      LineReader.skipLine(window);
      line++;
    }
    dialect = CsvDialect.of(options, path, window);
    record = new CsvRecord(dialect);
    if (!firstRecord()) {
      names = options.names();
      return names;
    }
    List<String> cells = cells();
    if (cells.size() > MAX_COLUMNS) {
      throw new HeadraceException(
          IngestError.INGEST_TOO_WIDE,
          "Cannot load file '%s': it has %,d columns.".formatted(path, cells.size()),
          "At most %,d are supported; check csv.delimiter.".formatted(MAX_COLUMNS));
    }
    boolean header = options.header() != null ? options.header() : isHeader(cells);
    if (header) {
      advance();
    }
    nameless = !header && options.names().isEmpty();
    names =
        options.names().isEmpty()
            ? named(header ? cells : List.of(), cells.size())
            : options.names();
    if (names.size() != cells.size()) {
      throw new HeadraceException(
          IngestError.INGEST_COLUMN_NAMES,
          "Cannot load file '%s': csv.names has %d names but the file has %d columns."
              .formatted(path, names.size(), cells.size()),
          "Give one name per column, or correct csv.delimiter.");
    }
    return names;
  }

  /** Whether columns are called by their place, because neither the file nor anyone names them. */
  boolean isNameless() {
    return nameless;
  }

  /** Hands over all rows; {@code profiles} has one profile per column. */
  void read(RecordSink sink, List<ValueProfile> profiles) throws IOException {
    while (true) {
      CsvRecord.Outcome outcome =
          record.parse(window.bytes, window.start, window.limit, window.ended());
      switch (outcome) {
        case NEEDS_MORE -> {
          if (window.limit - window.start <= maxRecordBytes && window.fill()) {
            continue;
          }
          if (!window.ended()) {
            rejectLine(sink, firstLineFits() ? "a quote is never closed" : "longer than max-row");
          }
        }
        case TEXT_AFTER_QUOTE -> rejectLine(sink, "text after a closing quote");
        case UNCLOSED_QUOTE -> rejectLine(sink, "a quote is never closed");
        case COMPLETE -> {
          if (window.start == window.limit) {
            return;
          }
          row(sink, profiles);
          advance();
        }
      }
    }
  }

  private void row(RecordSink sink, List<ValueProfile> profiles) throws IOException {
    if (record.isBlank()) {
      return;
    }
    byte[] b = window.bytes;
    int from = window.start;
    String wrong = Utf8.wrong(b, from, record.end());
    if (wrong == null && record.fields() != names.size()) {
      wrong = "%d fields instead of %d".formatted(record.fields(), names.size());
    }
    if (wrong == null && record.end() - from > maxRecordBytes) {
      wrong = "longer than max-row";
    }
    if (wrong == null && record.hasStrayReturn() && dialect.quote() == 0) {
      wrong = "a carriage return inside"; // Nothing here could tell it from the end of a line.
    }
    if (wrong != null) {
      sink.reject(line, b, from, record.end(), wrong);
      return;
    }
    Trust trust = Trust.EXPECTED;
    for (int i = 0; i < profiles.size(); i++) {
      Kind kind = kind(profiles.get(i), b, i);
      profiles.get(i).saw(kind);
      if (profiles.get(i).doubts(kind)) {
        trust = Trust.DOUBTFUL;
      }
    }
    if (record.hasStrayQuote() || record.hasStrayReturn()) {
      requoted(b, sink, trust);
    } else {
      sink.record(line, b, from, record.end(), trust);
    }
  }

  /**
   * Hands the record over with every field in quotes, so that stray quotes and returns cannot
   * mislead.
   */
  private void requoted(byte[] b, RecordSink sink, Trust trust) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < record.fields(); i++) {
      if (i > 0) {
        out.write(dialect.delimiter());
      }
      if (record.from(i) == record.to(i) && !record.isQuoted(i)) {
        continue;
      }
      out.write(dialect.quote());
      for (int k = record.from(i); k < record.to(i); k++) {
        boolean special = b[k] == dialect.quote() || b[k] == dialect.escape();
        if (special && !record.isQuoted(i)) {
          out.write(dialect.escape());
        }
        out.write(b[k]);
      }
      out.write(dialect.quote());
    }
    byte[] bytes = out.toByteArray();
    sink.record(line, bytes, 0, bytes.length, trust);
  }

  private Kind kind(ValueProfile profile, byte[] b, int i) {
    int from = record.from(i);
    int to = record.to(i);
    if (from == to || isNullText(b, i)) {
      return from == to && record.isQuoted(i) ? Kind.STRING : Kind.NULL;
    }
    return profile.isText() ? Kind.STRING : Values.ofText(b, from, to, dialect.decimal());
  }

  private boolean isNullText(byte[] b, int i) {
    if (nullText.isEmpty() || record.isQuoted(i)) {
      return false;
    }
    return nullText.contains(text(b, i));
  }

  private String text(byte[] b, int i) {
    return new String(b, record.from(i), record.to(i) - record.from(i), StandardCharsets.UTF_8);
  }

  private void rejectLine(RecordSink sink, String reason) throws IOException {
    int feed = window.lineFeed(window.start);
    int end = feed < 0 ? window.limit : feed;
    sink.reject(line, window.bytes, window.start, end, reason);
    LineReader.skipLine(window);
    line++;
  }

  private boolean firstLineFits() {
    return window.lineFeed(window.start) >= 0;
  }

  private boolean firstRecord() throws IOException {
    while (true) {
      CsvRecord.Outcome outcome =
          record.parse(window.bytes, window.start, window.limit, window.ended());
      if (outcome == CsvRecord.Outcome.COMPLETE) {
        if (window.start == window.limit) {
          return false;
        }
        if (!record.isBlank()) {
          return true;
        }
        advance();
      } else if (outcome != CsvRecord.Outcome.NEEDS_MORE || !window.fill()) {
        throw new HeadraceException(
            IngestError.INGEST_COLUMN_NAMES,
            "Cannot load file '" + path + "': its first row has quotes that do not match.",
            "Correct csv.quote, or leave out the first lines with csv.skip.");
      }
    }
  }

  private void advance() {
    line += record.lines();
    window.start = record.next();
  }

  private List<String> cells() {
    List<String> cells = new ArrayList<>();
    byte[] b = window.bytes;
    String wrong = Utf8.wrong(b, window.start, record.end());
    if (wrong != null) {
      throw new HeadraceException(
          IngestError.INGEST_ENCODING,
          "Cannot load file '" + path + "': its first row is " + wrong + ".",
          "Say how it is written, for example 'encoding: iso-8859-1' or 'encoding: utf-16'.");
    }
    String quote = new String(new byte[] {dialect.quote()}, StandardCharsets.US_ASCII);
    for (int i = 0; i < record.fields(); i++) {
      String text = text(b, i);
      cells.add(record.isQuoted(i) ? text.replace(quote + quote, quote) : text);
    }
    return cells;
  }

  /** Names of columns that the source has are a header, whatever else stands beside them. */
  private boolean isHeader(List<String> cells) {
    long met = cells.stream().filter(cell -> known.test(cell.strip())).count();
    long named = cells.stream().filter(cell -> !cell.isBlank()).count();
    return (met > 0 && 2 * met >= named) || looksLikeHeader(cells);
  }

  /**
   * Names do not look like numbers or dates and are not empty (the first may be). Names that occur
   * twice are names all the same, and refused as such: to take them for data would go unnoticed.
   */
  private boolean looksLikeHeader(List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      byte[] text = cells.get(i).getBytes(StandardCharsets.UTF_8);
      boolean empty = cells.get(i).isBlank();
      if (empty ? i > 0 : Values.ofText(text, 0, text.length, dialect.decimal()) != Kind.STRING) {
        return false;
      }
    }
    return true;
  }

  private static List<String> named(List<String> cells, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      @Nullable String cell = i < cells.size() ? cells.get(i).strip() : null;
      names.add(cell == null || cell.isEmpty() ? "column_" + (i + 1) : cell);
    }
    return names;
  }
}
