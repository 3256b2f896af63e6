package dev.headrace.data.ingest.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;

/**
 * Finds records of a JSON slice again, as they were. Asking for them in their order costs one pass
 * over the slice.
 */
final class SliceRecords implements Closeable {
  private static final int FRAME_BYTES = 100;
  private final Layout layout;
  private final Window window;
  private final byte[] frame = new byte[FRAME_BYTES];

  SliceRecords(SliceWriter slice) throws IOException {
    this.layout = slice.layout();
    this.window = new Window(Files.newInputStream(slice.path()), slice.longest() + FRAME_BYTES);
  }

  /**
   * The record at a place behind the one asked for last, cut where the rejected rows cut it.
   *
   * @param place among the records that begin on the same line, from 0
   */
  String find(int file, long line, long place) throws IOException {
    int length = layout.begin(frame, 0, file, line, place);
    while (true) {
      int searched = window.start;
      int feed = window.lineFeed(searched);
      while (feed < 0) {
        int done = window.limit - window.start;
        if (!window.fill()) {
          throw new IllegalStateException("no record %d:%d:%d".formatted(file, line, place));
        }
        feed = window.lineFeed(window.start + done);
      }
      int from = window.start;
      window.start = feed + 1;
      if (feed - from > length
          && (window.bytes[from + length] == ',' || window.bytes[from + length] == '}')
          && Arrays.equals(window.bytes, from, from + length, frame, 0, length)) {
        int rest = window.bytes[from + length] == ',' ? from + length + 1 : from + length;
        int to = Math.min(feed, rest + 4 * RejectSpool.MAX_RAW_CHARS);
        return "{" + new String(window.bytes, rest, to - rest, StandardCharsets.UTF_8);
      }
    }
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
