package dev.headrace.data.ingest.internal;

import java.io.IOException;

/** Receives the records of one file in order. */
interface RecordSink {
  /**
   * A sound record.
   *
   * @param line 1-based physical line on which it begins
   */
  void record(long line, byte[] bytes, int from, int to, Trust trust) throws IOException;

  /** A record that cannot be taken apart. */
  void reject(long line, byte[] bytes, int from, int to, String reason) throws IOException;
}
