package dev.headrace.spi.error;

/**
 * A stable name for one reason to fail. Every room has one enum of them; the names are API: scripts
 * match on them.
 */
public interface ErrorCode {
  /** The name as reported, for example {@code LAKE_COMMIT_CONFLICT}. */
  String name();

  /** What the failure means for the caller. */
  ErrorKind kind();
}
