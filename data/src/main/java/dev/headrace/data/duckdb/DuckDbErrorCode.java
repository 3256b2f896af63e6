package dev.headrace.data.duckdb;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons why DuckDB could not do what it was asked. */
public enum DuckDbErrorCode implements ErrorCode {
  /** The SQL does not parse. */
  DUCKDB_SYNTAX(ErrorKind.INVALID),
  /** A column, function or type in the SQL does not exist or does not fit. */
  DUCKDB_BINDING(ErrorKind.INVALID),
  /** A value cannot be converted to the type it has to have. */
  DUCKDB_CONVERSION(ErrorKind.INVALID),
  /** A value in the data made an expression fail. */
  DUCKDB_VALUE(ErrorKind.INVALID),
  /** The query's columns are not those of the table to be written. */
  DUCKDB_SCHEMA(ErrorKind.INVALID),
  /** A column's type has no counterpart in a lake table. */
  DUCKDB_TYPE_UNSUPPORTED(ErrorKind.INVALID),
  /** Something outside the allowed directories, or a locked setting. */
  DUCKDB_PERMISSION(ErrorKind.DENIED),
  /** The memory limit is too small for the query. */
  DUCKDB_OUT_OF_MEMORY(ErrorKind.LIMIT),
  /** The disk, or the space allowed for spilling, is full. */
  DUCKDB_DISK_FULL(ErrorKind.LIMIT),
  /** A file could not be read or written. */
  DUCKDB_IO(ErrorKind.EXTERNAL),
  /** The engine is closed. */
  DUCKDB_CLOSED(ErrorKind.INTERNAL),
  /** DuckDB could not be started. */
  DUCKDB_START(ErrorKind.EXTERNAL),
  /** A defect of DuckDB or of Headrace. */
  DUCKDB_INTERNAL(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  DuckDbErrorCode(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
