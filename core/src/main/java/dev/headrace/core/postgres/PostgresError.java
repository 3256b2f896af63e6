package dev.headrace.core.postgres;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a PostgreSQL database cannot be used. */
public enum PostgresError implements ErrorCode {
  /** No server answers at the address, or it takes no more connections. */
  POSTGRES_UNREACHABLE(ErrorKind.EXTERNAL),
  /** The server refuses the user or its password, or the user lacks a right. */
  POSTGRES_DENIED(ErrorKind.DENIED),
  /** The server has no database of this name. */
  POSTGRES_DATABASE_MISSING(ErrorKind.MISSING),
  /** The server is older than what Headrace needs. */
  POSTGRES_TOO_OLD(ErrorKind.CONFLICT);

  private final ErrorKind kind;

  PostgresError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
