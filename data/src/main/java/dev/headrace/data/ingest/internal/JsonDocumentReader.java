package dev.headrace.data.ingest.internal;

import java.io.IOException;

/**
 * Takes apart JSON that is not one object a line: an array of objects, or objects one after another
 * over several lines. A record is one object; its line breaks become blanks, which JSON allows
 * wherever a line break may stand.
 */
final class JsonDocumentReader {
  private final Window window;
  private final int maxRecordBytes;
  private long line;
  private int at;

  JsonDocumentReader(Window window, int maxRecordBytes, long firstLine) {
    this.window = window;
    this.maxRecordBytes = maxRecordBytes;
    this.line = firstLine;
  }

  /**
   * Whether the file, of which the window holds the beginning, is not one object a line: it begins
   * with a bracket, or its first object ends on another line than it begins on.
   */
  static boolean isDocument(Window window) throws IOException {
    do {
      int i = window.start;
      while (i < window.limit && " \t\r\n".indexOf(window.bytes[i]) >= 0) {
        i++;
      }
      if (i < window.limit) {
        byte first = window.bytes[i];
        if (first != '{') {
          return first == '[';
        }
        int end = valueEnd(window.bytes, i, window.limit);
        if (end >= 0) {
          return window.lineFeed(i) >= 0 && window.lineFeed(i) < end;
        }
      }
    } while (window.fill());
    return false;
  }

  void read(RecordSink sink, LineReader.Check check) throws IOException {
    at = window.start;
    boolean array = false;
    boolean open = false;
    boolean first = true;
    while (true) {
      if (!skipBlanks()) {
        if (open) {
          sink.reject(line, window.bytes, at, at, "the array does not end: the file is cut");
        }
        return;
      }
      byte c = window.bytes[at];
      if (c == '[' && first) {
        array = true;
        open = true;
        at++;
      } else if (array && (c == ',' || c == ']')) {
        open &= c == ',';
        at++;
      } else {
        record(sink, check);
      }
      first = false;
    }
  }

  private void record(RecordSink sink, LineReader.Check check) throws IOException {
    window.start = at;
    int end = valueEnd(window.bytes, window.start, window.limit);
    while (end < 0 && window.limit - window.start <= maxRecordBytes && window.fill()) {
      end = valueEnd(window.bytes, window.start, window.limit);
    }
    long began = line;
    if (end < 0 && !window.ended()) {
      sink.reject(began, window.bytes, window.start, window.limit, "longer than max-row");
      LineReader.skipLine(window);
      line++;
      at = window.start;
      return;
    }
    boolean complete = end >= 0;
    int to = complete ? end : window.limit;
    String wrong = Utf8.wrong(window.bytes, window.start, to);
    flatten(window.bytes, window.start, to);
    if (wrong == null) {
      wrong = check.wrong(window.bytes, window.start, to);
    }
    if (wrong == null) {
      sink.record(began, window.bytes, window.start, to, check.trust());
    } else {
      sink.reject(began, window.bytes, window.start, to, wrong);
    }
    window.start = to;
    at = to;
  }

  private void flatten(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] == '\n') {
        line++;
        b[i] = ' ';
      } else if (b[i] == '\r') {
        b[i] = ' ';
      }
    }
  }

  private boolean skipBlanks() throws IOException {
    while (true) {
      while (at < window.limit && " \t\r\n".indexOf(window.bytes[at]) >= 0) {
        if (window.bytes[at] == '\n') {
          line++;
        }
        at++;
      }
      if (at < window.limit) {
        return true;
      }
      window.start = at;
      boolean more = window.fill();
      at = window.start;
      if (!more) {
        return false;
      }
    }
  }

  /** Behind the value that begins at {@code from}; -1 if its end is not in sight. */
  private static int valueEnd(byte[] b, int from, int to) {
    if (b[from] != '{' && b[from] != '[') {
      return scalarEnd(b, from, to);
    }
    int depth = 0;
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      byte c = b[i];
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        if (--depth == 0) {
          return i + 1;
        }
      }
    }
    return -1;
  }

  private static int scalarEnd(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] == '\n' || (i > from && (b[i] == ',' || b[i] == ']'))) {
        return i;
      }
    }
    return -1;
  }
}
