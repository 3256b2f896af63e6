package dev.headrace.server.models;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a request for predictions cannot be understood. */
public enum ModelRequestError implements ErrorCode {
  /** The request is not of the protocol's form. */
  MODELS_REQUEST_FORM(ErrorKind.INVALID),
  /** A tensor is missing, unknown, of another type or shape, or holds what is no number. */
  MODELS_REQUEST_INPUT(ErrorKind.INVALID),
  /** An output is asked for that the model does not have. */
  MODELS_REQUEST_OUTPUT(ErrorKind.INVALID);

  private final ErrorKind kind;

  ModelRequestError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
