package dev.headrace.core.project;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a project could not be loaded. */
public enum ProjectError implements ErrorCode {
  /** There is no {@code headrace.yaml} where one was looked for. */
  PROJECT_NOT_FOUND(ErrorKind.MISSING),
  /** Something is wrong in the project's files; the exception lists every problem. */
  PROJECT_INVALID(ErrorKind.INVALID);

  private final ErrorKind kind;

  ProjectError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
