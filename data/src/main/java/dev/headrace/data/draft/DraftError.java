package dev.headrace.data.draft;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Reasons for which nothing can be proposed. */
public enum DraftError implements ErrorCode {
  /** There is no such file, or a glob matches none. */
  DRAFT_FILE_MISSING(ErrorKind.MISSING),
  /** It is a directory, or its extension stands for no format. */
  DRAFT_FILE_UNSUITABLE(ErrorKind.INVALID),
  /** It has no row from which columns could be told. */
  DRAFT_FILE_EMPTY(ErrorKind.INVALID),
  /** None of its rows can be read. */
  DRAFT_FILE_UNREADABLE(ErrorKind.INVALID),
  /** The directory for the project is in use. */
  DRAFT_TARGET_NOT_EMPTY(ErrorKind.CONFLICT);

  private final ErrorKind kind;

  DraftError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
