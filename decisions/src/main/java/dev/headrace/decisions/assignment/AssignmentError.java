package dev.headrace.decisions.assignment;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why nothing can be assigned. */
public enum AssignmentError implements ErrorCode {
  /** Flags, layers and holdouts do not fit together. */
  ASSIGNMENT_INVALID(ErrorKind.INVALID),
  /** No flag has an experiment of that name. */
  ASSIGNMENT_EXPERIMENT_MISSING(ErrorKind.MISSING),
  /** What a unit is told apart by is missing, or is neither a text nor a whole number. */
  ASSIGNMENT_UNIT(ErrorKind.INVALID);

  private final ErrorKind kind;

  AssignmentError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
