package dev.headrace.decisions.adworld;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons why an ad world cannot be simulated. */
public enum AdWorldError implements ErrorCode {
  /** A size, date or thread count is out of its range. */
  ADWORLD_SPEC_INVALID(ErrorKind.INVALID),
  /** The target exists and is not an empty directory. */
  ADWORLD_TARGET_OCCUPIED(ErrorKind.CONFLICT),
  /** A file could not be written: disk full, no permission. */
  ADWORLD_WRITE_FAILED(ErrorKind.EXTERNAL);

  private final ErrorKind kind;

  AdWorldError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
