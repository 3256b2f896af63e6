package dev.headrace.core.ledger;

import dev.headrace.spi.error.ErrorCode;
import dev.headrace.spi.error.ErrorKind;

/** Why the ledger refuses. */
public enum LedgerError implements ErrorCode {
  /** The ledger's file or database cannot be opened or written. */
  LEDGER_UNAVAILABLE(ErrorKind.EXTERNAL),
  /** The ledger's file is not, or no longer, a database that can be read. */
  LEDGER_DAMAGED(ErrorKind.EXTERNAL),
  /** The ledger was written by a later version of Headrace. */
  LEDGER_TOO_NEW(ErrorKind.CONFLICT),
  /** There is no such environment. */
  LEDGER_ENVIRONMENT_MISSING(ErrorKind.MISSING),
  /** An environment cannot have that name. */
  LEDGER_ENVIRONMENT_NAME(ErrorKind.INVALID),
  /** There is no such run, or it is not one that can be gone back to. */
  LEDGER_RUN_MISSING(ErrorKind.MISSING),
  /** An environment is not in a state to be promoted. */
  LEDGER_PROMOTION_UNFINISHED(ErrorKind.CONFLICT),
  /** Promoting would undo what someone else has promoted. */
  LEDGER_PROMOTION_CONFLICT(ErrorKind.CONFLICT),
  /** There is no earlier state to go back to. */
  LEDGER_NOTHING_BEFORE(ErrorKind.CONFLICT),
  /** The rows of an earlier state have been removed. */
  LEDGER_EXPIRED(ErrorKind.MISSING),
  /** What another program wanted to change has been changed meanwhile. */
  LEDGER_OUTSIDE_CONFLICT(ErrorKind.CONFLICT),
  /** There is a table or view of that name already. */
  LEDGER_OUTSIDE_EXISTS(ErrorKind.CONFLICT),
  /** There is no such namespace, table or view of another program. */
  LEDGER_OUTSIDE_MISSING(ErrorKind.MISSING),
  /** A namespace that holds something cannot be dropped. */
  LEDGER_OUTSIDE_NOT_EMPTY(ErrorKind.CONFLICT),
  /** Another process took the run over, because this one lost its lock: it publishes no more. */
  LEDGER_RUN_CLOSED(ErrorKind.CONFLICT),
  /** The database did not answer whether a transaction took effect. */
  LEDGER_OUTCOME_UNKNOWN(ErrorKind.UNKNOWN_OUTCOME);

  private final ErrorKind kind;

  LedgerError(ErrorKind kind) {
    this.kind = kind;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
