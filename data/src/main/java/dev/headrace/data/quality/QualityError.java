package dev.headrace.data.quality;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why this room fails. */
public enum QualityError implements ErrorCode {
  /** A foreign-key check's other table was not handed to the auditor. */
  QUALITY_TABLE_MISSING(ErrorKind.MISSING);

  private final ErrorKind kind;

  QualityError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
