package dev.headrace.data.ingest.internal;

import dev.headrace.data.ingest.SourceFile;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What is known of a file while and after it is read. */
final class FileState {
  final int index;
  final SourceFile file;
  long rows;

  /** How much of it has been read, as it is stored. */
  LongSupplier bytesRead = () -> 0;

  String hash = "";

  /** Values that are not null, by column as the file calls it. */
  final Map<String, Long> values = new TreeMap<>();

  FileState(int index, SourceFile file) {
    this.index = index;
    this.file = file;
  }
}
