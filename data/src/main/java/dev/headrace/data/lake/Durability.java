package dev.headrace.data.lake;

/** What a finished commit survives. */
public enum Durability {
  /**
   * The death of the process at any instant. After a loss of power the last commits may be missing
   * from the lake (never torn): the ledger then names a snapshot that is not there, which is
   * reported as {@code LAKE_SNAPSHOT_MISSING} and repaired by building the table again.
   */
  PROCESS,
  /** A loss of power too: data, metadata and catalog are forced to disk before a commit returns. */
  POWER
}
