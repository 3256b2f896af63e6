package dev.headrace.core.journal;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a journal cannot be kept. */
public enum JournalError implements ErrorCode {
  /** Its directory cannot be made, read or written. */
  JOURNAL_UNWRITABLE(ErrorKind.EXTERNAL);

  private final ErrorKind kind;

  JournalError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
