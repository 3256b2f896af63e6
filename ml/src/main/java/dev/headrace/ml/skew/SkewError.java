package dev.headrace.ml.skew;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why skew cannot be audited. */
public enum SkewError implements ErrorCode {
  /** There is no logged vector that could be compared with anything. */
  SKEW_NOTHING_LOGGED(ErrorKind.MISSING);

  private final ErrorKind kind;

  SkewError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
