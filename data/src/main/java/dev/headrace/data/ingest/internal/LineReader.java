package dev.headrace.data.ingest.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text file apart at line feeds. Blank lines are not records; lines that are not UTF-8,
 * hold a NUL or are too long are rejected.
 */
final class LineReader {
  private final Window window;
  private final int maxRecordBytes;
  private long line;

  LineReader(Window window, int maxRecordBytes, long firstLine) {
    this.window = window;
    this.maxRecordBytes = maxRecordBytes;
    this.line = firstLine;
  }

  /** What is thought of a record. */
  interface Check {
    /** Says what is wrong with it, or null. */
    @Nullable String wrong(byte[] bytes, int from, int to);

    /** Whether the sound record that was looked at last can be trusted. */
    Trust trust();
  }

  void read(RecordSink sink, Check check) throws IOException {
    int searched = window.start;
    while (true) {
      int feed = window.lineFeed(searched);
      if (feed < 0) {
        int done = window.limit - window.start;
        if (done <= maxRecordBytes && window.fill()) {
          searched = window.start + done;
          continue;
        }
        if (!window.ended()) {
          tooLong(sink);
          searched = window.start;
          continue;
        }
        if (window.limit > window.start) {
          emit(sink, check, window.start, window.limit);
        }
        return;
      }
      emit(sink, check, window.start, feed);
      line++;
      window.start = feed + 1;
      searched = window.start;
    }
  }

  private void emit(RecordSink sink, Check check, int from, int end) throws IOException {
    byte[] b = window.bytes;
    int to = end > from && b[end - 1] == '\r' ? end - 1 : end;
    if (isBlank(b, from, to)) {
      return;
    }
    if (to - from > maxRecordBytes) {
      sink.reject(line, b, from, to, "longer than max-row");
      return;
    }
    String wrong = Utf8.wrong(b, from, to);
    if (wrong == null) {
      wrong = check.wrong(b, from, to);
    }
    if (wrong == null) {
      sink.record(line, b, from, to, check.trust());
    } else {
      sink.reject(line, b, from, to, wrong);
    }
  }

  private void tooLong(RecordSink sink) throws IOException {
    sink.reject(line, window.bytes, window.start, window.limit, "longer than max-row");
    skipLine(window);
    line++;
  }

  /** Moves the window's start behind the next line feed, keeping nothing. */
  static void skipLine(Window window) throws IOException {
    int feed = window.lineFeed(window.start);
    while (feed < 0) {
      window.start = window.limit;
      if (!window.fill()) {
        return;
      }
      feed = window.lineFeed(window.start);
    }
    window.start = feed + 1;
  }

  static boolean isBlank(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] != ' ' && b[i] != '\t' && b[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
