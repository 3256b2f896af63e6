package dev.headrace.spark;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons why Spark could not do what it was asked. */
public enum SparkErrorCode implements ErrorCode {
  /** The SQL does not parse, or is not one SELECT. */
  SPARK_SYNTAX(ErrorKind.INVALID),
  /** The SQL calls what reaches beyond its tables. */
  SPARK_FUNCTION_REFUSED(ErrorKind.INVALID),
  /** A name in FROM is no table that the query was given. */
  SPARK_UNKNOWN_TABLE(ErrorKind.INVALID),
  /** A column, function or type in the SQL does not exist or does not fit. */
  SPARK_BINDING(ErrorKind.INVALID),
  /** A value cannot be converted to the type it has to have. */
  SPARK_CONVERSION(ErrorKind.INVALID),
  /** A value in the data made an expression fail. */
  SPARK_VALUE(ErrorKind.INVALID),
  /** A parameter has no value, or one that SQL cannot express. */
  SPARK_PARAMETER(ErrorKind.INVALID),
  /** The query's columns are not those of the table to be written. */
  SPARK_SCHEMA(ErrorKind.INVALID),
  /** A column's type has no counterpart in a lake table. */
  SPARK_TYPE_UNSUPPORTED(ErrorKind.INVALID),
  /** Something outside the allowed directories. */
  SPARK_PERMISSION(ErrorKind.DENIED),
  /** Spark's memory is too small for the query. */
  SPARK_OUT_OF_MEMORY(ErrorKind.LIMIT),
  /** The disk is full. */
  SPARK_DISK_FULL(ErrorKind.LIMIT),
  /** A file could not be read or written. */
  SPARK_IO(ErrorKind.EXTERNAL),
  /** Spark's libraries are not there and could not be fetched. */
  SPARK_MISSING(ErrorKind.EXTERNAL),
  /** The driver's Java is missing, too old for Spark, or too new for the Hadoop beside it. */
  SPARK_JAVA(ErrorKind.EXTERNAL),
  /** The driver could not be started. */
  SPARK_START(ErrorKind.EXTERNAL),
  /** The driver ended while it was working. */
  SPARK_DRIVER_LOST(ErrorKind.EXTERNAL),
  /** The engine is closed. */
  SPARK_CLOSED(ErrorKind.INTERNAL),
  /** A defect of Spark or of Headrace. */
  SPARK_INTERNAL(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  SparkErrorCode(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
