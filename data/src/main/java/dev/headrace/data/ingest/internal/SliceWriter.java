package dev.headrace.data.ingest.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A stretch of records on disk, in the one form that the engine reads: number of the file, line,
 * and the record as it was. Every record is one row to the engine, whatever it holds, and carries
 * its line with it, so that the engine may read in any order. A JSON record may have numbers in
 * quotes that it has without: see {@link ExactNumbers}.
 *
 * <p>Delimited text and lines become {@code file, line, record}. A JSON object gets file and line
 * as its first members: {@code {"a":1}} becomes {@code {"f":file,"n":line,"a":1}}, with a mark
 * before f and n. Where several objects begin on one line, the second has {@code "k":1} behind its
 * line, the third {@code "k":2}. One object in another would be tidier, but takes DuckDB up to a
 * tenth longer.
 */
final class SliceWriter implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int FRAME_BYTES = 100;
  private final Path path;
  private final Layout layout;
  private final Trust trust;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int used;
  private long bytes;
  private long records;
  private int longest;
  private int file = -1;
  private long line;
  private long place;

  SliceWriter(Path path, Layout layout, Trust trust) throws IOException {
    this.path = path;
    this.layout = layout;
    this.trust = trust;
    this.out = Files.newOutputStream(path);
  }

  /** A record; JSON must be a sound object. */
  void add(int file, long line, byte[] record, int from, int to) throws IOException {
    int length = to - from;
    if (used + length + FRAME_BYTES > BUFFER_BYTES) {
      flush();
    }
    place = file == this.file && line == this.line ? place + 1 : 0;
    this.file = file;
    this.line = line;
    used = layout.begin(buffer, used, file, line, place);
    int rest = from;
    if (layout.isJson()) {
      rest = JsonText.inside(record, from);
      if (record[rest] != '}') {
        buffer[used++] = ',';
      }
    }
    if (length + FRAME_BYTES > BUFFER_BYTES) {
      flush();
      out.write(record, rest, to - rest);
      bytes += to - rest;
    } else {
      System.arraycopy(record, rest, buffer, used, to - rest);
      used += to - rest;
    }
    buffer[used++] = '\n';
    records++;
    longest = Math.max(longest, length + FRAME_BYTES);
  }

  private void flush() throws IOException {
    out.write(buffer, 0, used);
    bytes += used;
    used = 0;
  }

  Path path() {
    return path;
  }

  Layout layout() {
    return layout;
  }

  /** Of every record in it. */
  Trust trust() {
    return trust;
  }

  long sizeBytes() {
    return bytes + used;
  }

  long records() {
    return records;
  }

  /** Length of the longest row in bytes, or a little more. */
  int longest() {
    return longest;
  }

  /** Gives up what was written; nothing more is written, as the disk may be full. */
  void discard() throws IOException {
    out.close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
