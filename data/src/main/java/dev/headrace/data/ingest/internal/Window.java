package dev.headrace.data.ingest.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A stretch of a text file in memory: the bytes from the start of the current record on. It grows
 * only as far as the longest record that is allowed. Not thread-safe.
 */
final class Window implements Closeable {
  private static final int INITIAL_BYTES = 1 << 20;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NEWLINES = 0x0A0A0A0A0A0A0A0AL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final InputStream in;
  private final int maxRecordBytes;
  byte[] bytes;

  /** Start of the current record. */
  int start;

  /** End of what was read. */
  int limit;

  private boolean ended;

  Window(InputStream in, int maxRecordBytes) {
    this.in = in;
    this.maxRecordBytes = maxRecordBytes;
    this.bytes = new byte[Math.min(INITIAL_BYTES, maxRecordBytes + 2)];
  }

  /** Whether everything there is has been read. */
  boolean ended() {
    return ended;
  }

  /**
   * Reads more behind {@link #limit}, moving the current record to the front if needed.
   *
   * @return false at the end of the file, or when the record has reached its greatest length
   */
  boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (start > 0 && limit + (bytes.length >> 1) > bytes.length) {
      System.arraycopy(bytes, start, bytes, 0, limit - start);
      limit -= start;
      start = 0;
    }
    if (limit == bytes.length) {
      if (bytes.length >= maxRecordBytes + 2) {
        return false;
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length * 2L, maxRecordBytes + 2L));
    }
    int read = in.read(bytes, limit, bytes.length - limit);
    if (read < 0) {
      ended = true;
      return false;
    }
    limit += read;
    return true;
  }

  /** Index of the first line feed in {@code [from, limit)}, or -1. Looks at eight bytes a time. */
  int lineFeed(int from) {
    byte[] b = bytes;
    int i = from;
    for (int last = limit - 8; i <= last; i += 8) {
      long x = (long) LONGS.get(b, i) ^ NEWLINES;
      long hit = (x - ONES) & ~x & HIGHS;
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >> 3);
      }
    }
    for (; i < limit; i++) {
      if (b[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
