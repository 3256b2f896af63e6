package dev.headrace.data.release;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why nothing is published. */
public enum ReleaseError implements ErrorCode {
  /** A table that is read has not been built in this environment. */
  RELEASE_INPUT_MISSING(ErrorKind.MISSING),
  /** The rows of an earlier state of a table have been removed. */
  RELEASE_EXPIRED(ErrorKind.MISSING),
  /** A check does not fit the table: an unknown column, a value of another type. */
  RELEASE_CHECKS_INVALID(ErrorKind.INVALID),
  /** A check of severity error failed. */
  RELEASE_CHECKS_FAILED(ErrorKind.INVALID);

  private final ErrorKind kind;

  ReleaseError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
