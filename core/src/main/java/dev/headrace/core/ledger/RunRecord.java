package dev.headrace.core.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * One run as journalled.
 *
 * @param finishedAt empty while it runs, or when it was killed
 */
public record RunRecord(
    long id, String environment, Instant startedAt, Optional<Instant> finishedAt, Status status) {
  /** How a run stands. */
  public enum Status {
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Ended by a kill or a crash; found so by the next run. */
    INTERRUPTED
  }
}
