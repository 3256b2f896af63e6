package dev.headrace.core.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * One run, or another action that changed what an environment shows, as journalled.
 *
 * @param finishedAt empty while it runs, or when it was killed
 * @param action what was done
 * @param note what a person would want to know of it, for example {@code my-change, 12 tables};
 *     empty for runs of the whole project
 */
public record RunRecord(
    long id,
    String environment,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Status status,
    Action action,
    String note) {
  /** The note of a run that was about some of the assets only. */
  public static final String PART = "of a part";

  /** How a run stands. */
  public enum Status {
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Ended by a kill or a crash; found so by the next run. */
    INTERRUPTED
  }

  /** What kind of change it was. */
  public enum Action {
    /** Assets were built. */
    RUN,
    /** The tables of another environment became this one's. */
    PROMOTE,
    /** Pointers went back to an earlier state. */
    ROLLBACK,
    /** An environment gave up its tables. */
    DROP,
    /** Files were rewritten, no row was changed. */
    COMPACT,
    /** Another program wrote to tables. */
    OUTSIDE
  }
}
