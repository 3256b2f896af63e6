package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.LoadResult.Reason;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rejected records on their way to the table of rejected rows: a delimited file that the engine
 * reads at the end, and counts. Thread-safe; constant memory.
 */
final class RejectSpool implements Closeable {
  /** Raw text is kept up to this many characters. */
  static final int MAX_RAW_CHARS = 10_000;

  private static final int MAX_REASONS = 1_000;
  private final Path path;
  private final BufferedWriter out;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final Map<Integer, Map<String, Long>> misfits = new TreeMap<>();
  private final Map<Integer, Long> perFile = new TreeMap<>();
  private final Map<Integer, Map<String, String>> examples = new TreeMap<>();
  private long rows;

  private static final class Tally {
    long rows;
    final String example;

    Tally(String example) {
      this.example = example;
    }
  }

  RejectSpool(Path path) throws IOException {
    this.path = path;
    // Replaces what is not text (half a pair of surrogates) where newBufferedWriter would fail.
    this.out =
        new BufferedWriter(
            new OutputStreamWriter(Files.newOutputStream(path), StandardCharsets.UTF_8));
  }

  /**
   * Keeps one record.
   *
   * @param general the reason without the offending value, to count by
   * @param columns columns whose values do not fit; none when the record cannot be taken apart
   */
  synchronized void add(
      int file,
      String filePath,
      long line,
      String raw,
      String reason,
      String general,
      List<String> columns)
      throws IOException {
    cell(filePath);
    out.write(',');
    out.write(Long.toString(line));
    out.write(',');
    cell(raw.length() > MAX_RAW_CHARS ? raw.substring(0, MAX_RAW_CHARS) + "…" : raw);
    out.write(',');
    cell(reason);
    out.write(',');
    if (!columns.isEmpty()) {
      cell(String.join(", ", columns));
    }
    out.write('\n');
    rows++;
    perFile.merge(file, 1L, Long::sum);
    columns.forEach(
        column -> misfits.computeIfAbsent(file, f -> new TreeMap<>()).merge(column, 1L, Long::sum));
    columns.forEach(
        column ->
            examples
                .computeIfAbsent(file, f -> new TreeMap<>())
                .putIfAbsent(column, "line " + line + ": " + reason));
    if (tallies.size() < MAX_REASONS || tallies.containsKey(general)) {
      tallies.computeIfAbsent(general, g -> new Tally(filePath + ":" + line + ": " + reason))
          .rows++;
    }
  }

  /** Doubles quotes; a NUL, which no column can hold, becomes its picture. */
  private void cell(@Nullable String text) throws IOException {
    out.write('"');
    if (text != null) {
      out.write(text.replace("\"", "\"\"").replace('\0', '\u2400'));
    }
    out.write('"');
  }

  synchronized long rows() {
    return rows;
  }

  synchronized long rows(int file) {
    return perFile.getOrDefault(file, 0L);
  }

  /** Per column, how many values of a file did not fit. */
  synchronized Map<String, Long> misfits(int file) {
    return misfits.getOrDefault(file, Map.of());
  }

  /** The first misfit of a file's column. */
  synchronized String example(int file, String column) {
    return examples.getOrDefault(file, Map.of()).getOrDefault(column, "");
  }

  /** Why, the most frequent first. */
  synchronized List<Reason> reasons() {
    return tallies.entrySet().stream()
        .map(e -> new Reason(e.getKey(), e.getValue().rows, e.getValue().example))
        .sorted(Comparator.comparingLong(Reason::rows).reversed().thenComparing(Reason::text))
        .toList();
  }

  Path path() {
    return path;
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
