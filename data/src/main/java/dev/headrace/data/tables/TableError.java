package dev.headrace.data.tables;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a table cannot be built. */
public enum TableError implements ErrorCode {
  /** A table is built by day, and nothing it reads has a declared time column. */
  TABLE_TIME_UNKNOWN(ErrorKind.INVALID),
  /**
   * The declared time column is not among the columns, is no time, or has other days than the
   * inputs.
   */
  TABLE_TIME_INVALID(ErrorKind.INVALID),
  /** Rows without a time in a table that is built by day. */
  TABLE_TIME_NULL(ErrorKind.INVALID),
  /** A declared key column is not among the statement's columns. */
  TABLE_KEY_INVALID(ErrorKind.INVALID),
  /** Two new rows with the same key in a table that is merged by key. */
  TABLE_KEY_DUPLICATE(ErrorKind.INVALID);

  private final ErrorKind kind;

  TableError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
