package dev.headrace.spi.error;

/** What a failure means for the caller: who has to act, and how it is reported. */
public enum ErrorKind {
  /** The input or a declaration is wrong; the user changes it. */
  INVALID(400, 2),
  /** The caller may not do this. */
  DENIED(403, 3),
  /** A named thing does not exist. */
  MISSING(404, 4),
  /** Someone else is doing something that excludes this. */
  CONFLICT(409, 5),
  /** A request was sent and no answer came: never clean up, never retry blindly. */
  UNKNOWN_OUTCOME(500, 6),
  /** A configured or physical limit was reached: memory, disk, rejected rows, time. */
  LIMIT(429, 7),
  /** Something outside this process failed; trying again may help. */
  EXTERNAL(502, 8),
  /** A defect of Headrace. */
  INTERNAL(500, 70);

  private final int httpStatus;
  private final int exitCode;

  ErrorKind(int httpStatus, int exitCode) {
    this.httpStatus = httpStatus;
    this.exitCode = exitCode;
  }

  /** Status of an HTTP response that reports this kind. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Exit code of a command that ends with this kind. */
  public int exitCode() {
    return exitCode;
  }
}
