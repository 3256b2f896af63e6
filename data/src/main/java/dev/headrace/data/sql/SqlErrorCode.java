package dev.headrace.data.sql;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons why a user's SQL is not accepted. */
public enum SqlErrorCode implements ErrorCode {
  /** The text does not parse. */
  SQL_SYNTAX(ErrorKind.INVALID),
  /** Nothing but white space and comments. */
  SQL_EMPTY(ErrorKind.INVALID),
  /** Several statements, or one that is not a SELECT. */
  SQL_NOT_A_SELECT(ErrorKind.INVALID),
  /** More, or something else, than one scalar expression over columns. */
  SQL_NOT_AN_EXPRESSION(ErrorKind.INVALID),
  /** A name in FROM stands for nothing. */
  SQL_UNKNOWN_TABLE(ErrorKind.INVALID),
  /** A function that reads files or reaches into the engine. */
  SQL_FUNCTION_REFUSED(ErrorKind.DENIED),
  /** A call of a model that is not written as one, or stands where no relation can. */
  SQL_MODEL_CALL(ErrorKind.INVALID),
  /** A {@code create model} that is not written as one, or says what nothing here knows. */
  SQL_CREATE_MODEL(ErrorKind.INVALID),
  /** A table in FROM with {@code AT} a version or a time. */
  SQL_AT(ErrorKind.INVALID),
  /** A {@code $parameter} without a value, or an unnamed one. */
  SQL_PARAMETER(ErrorKind.INVALID),
  /** The parser itself failed. */
  SQL_PARSER_FAILED(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  SqlErrorCode(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
