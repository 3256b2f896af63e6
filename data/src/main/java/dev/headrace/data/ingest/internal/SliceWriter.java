package dev.headrace.data.ingest.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A stretch of records on disk, in the one form that the engine reads: number of the file, line,
 * and the record as it was. Every record is one row to the engine, whatever it holds, and carries
 * its line with it, so that the engine may read in any order.
 */
final class SliceWriter implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int PREFIX_BYTES = 40;
  private final Path path;
  private final byte separator;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int used;
  private long bytes;
  private long records;
  private int longest;

  SliceWriter(Path path, byte separator) throws IOException {
    this.path = path;
    this.separator = separator;
    this.out = Files.newOutputStream(path);
  }

  void add(int file, long line, byte[] record, int from, int to) throws IOException {
    int length = to - from;
    if (used + length + PREFIX_BYTES > BUFFER_BYTES) {
      flush();
    }
    number(file);
    buffer[used++] = separator;
    number(line);
    buffer[used++] = separator;
    if (length + PREFIX_BYTES > BUFFER_BYTES) {
      flush();
      out.write(record, from, length);
      bytes += length;
    } else {
      System.arraycopy(record, from, buffer, used, length);
      used += length;
    }
    buffer[used++] = '\n';
    records++;
    longest = Math.max(longest, length + PREFIX_BYTES);
  }

  private void number(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = used + digits - 1; i >= used; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    used += digits;
  }

  /** Writes a line of text that is not a record. */
  void addText(String text) throws IOException {
    flush();
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    out.write(encoded);
    bytes += encoded.length;
    records++;
    longest = Math.max(longest, encoded.length);
  }

  private void flush() throws IOException {
    out.write(buffer, 0, used);
    bytes += used;
    used = 0;
  }

  Path path() {
    return path;
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

  @Override
  public void close() throws IOException {
    flush();
    out.close();
  }
}
