package dev.headrace.server.features;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a request for features is refused. */
public enum FeatureRequestError implements ErrorCode {
  /** The body is not the JSON that is asked for. */
  FEATURES_REQUEST_FORM(ErrorKind.INVALID),
  /** A key is not of the type of its column. */
  FEATURES_REQUEST_KEY(ErrorKind.INVALID),
  /** The view has no such feature. */
  FEATURES_REQUEST_FEATURE(ErrorKind.MISSING),
  /** Feast's feature services have no counterpart here. */
  FEATURES_REQUEST_SERVICE(ErrorKind.INVALID);

  private final ErrorKind kind;

  FeatureRequestError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
