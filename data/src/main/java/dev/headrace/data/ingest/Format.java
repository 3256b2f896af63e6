package dev.headrace.data.ingest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How raw files are written. Text formats may be compressed with gzip or zstd. */
public enum Format {
  /** Delimited text, RFC 4180 with any one-byte delimiter. */
  CSV,
  /** JSON lines, an array of objects, or objects one after another, pretty-printed or not. */
  JSON,
  PARQUET,
  /** Any text, one record a line, taken apart by a regular expression. */
  LINES;

  private static final List<String> COMPRESSED = List.of(".gz", ".gzip", ".zst", ".zstd");

  private List<String> extensions() {
    return switch (this) {
      case CSV -> List.of("csv", "tsv", "psv");
      case JSON -> List.of("json", "jsonl", "ndjson");
      case PARQUET -> List.of("parquet");
      case LINES -> List.of("log", "txt");
    };
  }

  /** Whether a file of this name is taken to be compressed. */
  public static boolean isCompressed(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return COMPRESSED.stream().anyMatch(name::endsWith);
  }

  /**
   * The format that a file's extension stands for, looking through {@code .gz} and {@code .zst}.
   */
  public static Optional<Format> ofFile(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    for (String suffix : COMPRESSED) {
      if (name.endsWith(suffix)) {
        name = name.substring(0, name.length() - suffix.length());
      }
    }
    String extension = name.substring(name.lastIndexOf('.') + 1);
    for (Format format : values()) {
      if (format.extensions().contains(extension)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
