package dev.headrace.server.http;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why the server refuses, before any room is asked. */
public enum ServerError implements ErrorCode {
  /** Another program listens on the port. */
  SERVER_PORT_IN_USE(ErrorKind.CONFLICT, 500),
  /** The address to listen on is not one of this machine's, or may not be used. */
  SERVER_ADDRESS(ErrorKind.INVALID, 500),
  /** Others than this machine could connect, and no key is configured. */
  SERVER_KEY_REQUIRED(ErrorKind.INVALID, 500),
  /** The request carries no key, or one that is not configured. */
  SERVER_UNAUTHORIZED(ErrorKind.DENIED, 401),
  /** Nothing is served under the path. */
  SERVER_ROUTE_MISSING(ErrorKind.MISSING, 404),
  /** The path is served, but not with this method. */
  SERVER_METHOD(ErrorKind.INVALID, 405),
  /** The request did not arrive in time. */
  SERVER_TOO_SLOW(ErrorKind.LIMIT, 408),
  /** The request is larger than what is taken. */
  SERVER_TOO_LARGE(ErrorKind.LIMIT, 413),
  /** The request cannot be understood. */
  SERVER_MALFORMED(ErrorKind.INVALID, 400);

  private final ErrorKind kind;
  private final int httpStatus;

  ServerError(ErrorKind kind, int httpStatus) {
    this.kind = kind;
    this.httpStatus = httpStatus;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }

  /** Status of the response that tells it; more exact than the kind's. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Status of the response that tells a failure. */
  public static int httpStatus(ErrorCode code) {
    return code instanceof ServerError error ? error.httpStatus : code.kind().httpStatus();
  }
}
