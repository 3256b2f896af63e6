package dev.headrace.core.run;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why a run refuses or stops. */
public enum RunError implements ErrorCode {
  /** Another process runs this project. */
  RUN_IN_PROGRESS(ErrorKind.CONFLICT),
  /** The state directory cannot be locked or written. */
  RUN_STATE_UNWRITABLE(ErrorKind.EXTERNAL),
  /** The user stopped the run. */
  RUN_CANCELLED(ErrorKind.CONFLICT),
  /** A step ended with an exception that no room explains. */
  RUN_STEP_CRASHED(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  RunError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
