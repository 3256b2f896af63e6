package dev.headrace.data.ingest.internal;

import java.util.Arrays;

/**
 * Finds the fields of one record of delimited text (RFC 4180). A quote opens a field only at its
 * start; anywhere else it is an ordinary character. Not thread-safe; used again for every record.
 */
final class CsvRecord {
  /** What came of looking at a record. */
  enum Outcome {
    COMPLETE,
    /** The bytes end inside the record. */
    NEEDS_MORE,
    /** Text stands between a closing quote and the next delimiter. */
    TEXT_AFTER_QUOTE,
    /** The file ends inside quotes. */
    UNCLOSED_QUOTE
  }

  private final byte delimiter;
  private final byte quote;
  private final byte escape;
  private int[] from = new int[64];
  private int[] to = new int[64];
  private boolean[] quoted = new boolean[64];
  private int fields;
  private int end;
  private int next;
  private int lines;
  private boolean strayQuote;
  private boolean strayReturn;

  CsvRecord(CsvDialect dialect) {
    this.delimiter = dialect.delimiter();
    this.quote = dialect.quote();
    this.escape = dialect.escape();
  }

  /** Looks at the record that begins at {@code start}. */
  Outcome parse(byte[] b, int start, int limit, boolean ended) {
    fields = 0;
    lines = 0;
    strayQuote = false;
    strayReturn = false;
    int i = start;
    while (true) {
      int at = fields;
      if (at == from.length) {
        grow();
      }
      if (quote != 0 && i < limit && b[i] == quote) {
        int close = closingQuote(b, i + 1, limit, ended);
        if (close < 0) {
          return ended ? Outcome.UNCLOSED_QUOTE : Outcome.NEEDS_MORE;
        }
        from[at] = i + 1;
        to[at] = close;
        quoted[at] = true;
        i = close + 1;
        if (i + 1 < limit && b[i] == '\r' && b[i + 1] == '\n') {
          i++;
        } else if (!ended && (i == limit || (i + 1 == limit && b[i] == '\r'))) {
          return Outcome.NEEDS_MORE;
        }
        fields++;
        if (i >= limit || b[i] == '\n') {
          return complete(i, close + 1, limit);
        }
        if (b[i] != delimiter) {
          return Outcome.TEXT_AFTER_QUOTE;
        }
        i++;
        continue;
      }
      int begin = i;
      while (i < limit && b[i] != delimiter && b[i] != '\n') {
        strayQuote |= b[i] == quote;
        // Before a line feed it belongs to the end of the line.
        strayReturn |= b[i] == '\r' && i + 1 < limit && b[i + 1] != '\n';
        i++;
      }
      if (i == limit && !ended) {
        return Outcome.NEEDS_MORE;
      }
      boolean last = i == limit || b[i] == '\n';
      int stop = last && i > begin && b[i - 1] == '\r' ? i - 1 : i;
      from[at] = begin;
      to[at] = stop;
      quoted[at] = false;
      fields++;
      if (last) {
        return complete(i, stop, limit);
      }
      i++;
    }
  }

  private Outcome complete(int feed, int stop, int limit) {
    end = stop;
    next = Math.min(feed + 1, limit);
    lines++;
    strayQuote &= quote != 0;
    return Outcome.COMPLETE;
  }

  private int closingQuote(byte[] b, int i, int limit, boolean ended) {
    for (; i < limit; i++) {
      byte c = b[i];
      if (c == '\n') {
        lines++;
      } else if (c == escape && escape != quote) {
        i++;
      } else if (c == quote) {
        if (escape == quote && i + 1 < limit && b[i + 1] == quote) {
          i++;
        } else if (escape == quote && i + 1 == limit && !ended) {
          return -1;
        } else {
          return i;
        }
      }
    }
    return -1;
  }

  int fields() {
    return fields;
  }

  /** Start of a field's text, inside its quotes. */
  int from(int field) {
    return from[field];
  }

  int to(int field) {
    return to[field];
  }

  boolean isQuoted(int field) {
    return quoted[field];
  }

  /** End of the record without its line break. */
  int end() {
    return end;
  }

  /** Start of the next record. */
  int next() {
    return next;
  }

  /** Physical lines it takes. */
  int lines() {
    return lines;
  }

  /** Whether a quote stands inside a field that is not quoted. */
  boolean hasStrayQuote() {
    return strayQuote;
  }

  /** Whether a carriage return stands inside a field that is not quoted. */
  boolean hasStrayReturn() {
    return strayReturn;
  }

  boolean isBlank() {
    return fields == 1 && !quoted[0] && from[0] == to[0];
  }

  private void grow() {
    from = Arrays.copyOf(from, from.length * 2);
    to = Arrays.copyOf(to, to.length * 2);
    quoted = Arrays.copyOf(quoted, quoted.length * 2);
  }
}
