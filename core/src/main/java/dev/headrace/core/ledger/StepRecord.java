package dev.headrace.core.ledger;

import dev.headrace.spi.error.ErrorKind;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.util.Optional;

/**
 * One step of a run as journalled.
 *
 * @param reason why it was built, skipped or blocked, and behind that what the run warned of
 * @param rowsIn rows read
 * @param rowsOut rows written
 * @param rejected rows kept aside
 * @param attempts how often it was tried
 */
public record StepRecord(
    long runId,
    String asset,
    String kind,
    Status status,
    String reason,
    Instant startedAt,
    Optional<Instant> finishedAt,
    long rowsIn,
    long rowsOut,
    long rejected,
    int attempts,
    Optional<Failure> failure) {

  /** How a step stands. */
  public enum Status {
    RUNNING,
    BUILT,
    SKIPPED,
    FAILED,
    /** Not begun, because an input failed. */
    BLOCKED,
    /** Ended by a kill or a crash. */
    INTERRUPTED
  }

  /**
   * Why a step failed.
   *
   * @param kind what the failure means for the caller
   * @param code the stable reason
   */
  public record Failure(ErrorKind kind, String code, String message, String hint) {
    /** What an exception says, with the place it names. */
    public static Failure of(HeadraceException e) {
      String message = String.valueOf(e.getMessage());
      String place = e.location().map(location -> location.toString()).orElse("");
      return new Failure(
          e.code().kind(),
          e.code().name(),
          message.contains(place) ? message : place + ": " + message,
          e.hint());
    }
  }
}
