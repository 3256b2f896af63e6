package dev.headrace.core.journal;

import java.time.Duration;

/**
 * How much a journal may hold back, and when a file of it is finished.
 *
 * @param pendingBytes memory for documents that are not written yet; what comes when it is full is
 *     dropped and counted
 * @param syncEvery longest time between a document's arrival and its being safe from a power cut
 * @param segmentBytes size at which a file is finished and the next one begun
 * @param segmentAge age at which a file that holds anything is finished, so that readers see it
 */
public record JournalLimits(
    long pendingBytes, Duration syncEvery, long segmentBytes, Duration segmentAge) {
  public JournalLimits {
    if (pendingBytes < 1 || segmentBytes < 1) {
      throw new IllegalArgumentException("sizes must be above 0");
    }
    if (syncEvery.isNegative() || syncEvery.isZero()) {
      throw new IllegalArgumentException("syncEvery must be above 0");
    }
    if (segmentAge.isNegative() || segmentAge.isZero()) {
      throw new IllegalArgumentException("segmentAge must be above 0");
    }
  }

  /** 32 MiB pending, safe within 100 ms, files of 64 MiB or one minute. */
  public static JournalLimits defaults() {
    return new JournalLimits(32L << 20, Duration.ofMillis(100), 64L << 20, Duration.ofMinutes(1));
  }
}
