package dev.headrace.ml.serving;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a model cannot answer. */
public enum ServingError implements ErrorCode {
  /** The version is there, and cannot be loaded. */
  SERVING_NOT_LOADED(ErrorKind.EXTERNAL);

  private final ErrorKind kind;

  ServingError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
