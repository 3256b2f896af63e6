package dev.headrace.data.ingest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How raw files are written. Text formats may be compressed with gzip or zstd. */
public enum Format {
  /** Delimited text, RFC 4180 with any one-byte delimiter. */
  CSV("csv", "tsv", "psv"),
  /** JSON lines, an array of objects, or objects one after another, pretty-printed or not. */
  JSON("json", "jsonl", "ndjson"),
  PARQUET("parquet"),
  /** Any text, one record a line, taken apart by a regular expression. */
  LINES("log", "txt");

  private static final List<String> COMPRESSED = List.of(".gz", ".gzip", ".zst", ".zstd");
  private final List<String> extensions;

  Format(String... extensions) {
    this.extensions = List.of(extensions);
  }

  /** The format that a file's extension stands for, looking through {@code .gz} and {@code .zst}. */
  public static Optional<Format> ofFile(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    for (String suffix : COMPRESSED) {
      if (name.endsWith(suffix)) {
        name = name.substring(0, name.length() - suffix.length());
      }
    }
    String extension = name.substring(name.lastIndexOf('.') + 1);
    for (Format format : values()) {
      if (format.extensions.contains(extension)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
