package dev.headrace.ml.sql;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a model cannot answer inside a query. */
public enum ModelQueryError implements ErrorCode {
  /** The version has nothing of what is asked, such as weights of trees. */
  MODEL_QUERY_NOTHING(ErrorKind.INVALID),
  /** The rows lack a column, or have one that is to be added. */
  MODEL_QUERY_COLUMN(ErrorKind.INVALID),
  /** A row to evaluate has no label, or one of a class that was never learnt. */
  MODEL_QUERY_LABEL(ErrorKind.INVALID),
  /** The project's engine cannot read the answers. */
  MODEL_QUERY_ENGINE(ErrorKind.INVALID),
  /** A model or something else of that name is declared in a file that stays as it is. */
  MODEL_DECLARED(ErrorKind.CONFLICT);

  private final ErrorKind kind;

  ModelQueryError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
