package dev.headrace.spi.online;

/** What stands behind a value that was read, or why there is none. */
public enum ValueStatus {
  /** The value of the latest row. */
  PRESENT,
  /** There is a row, and it has no value for this feature. */
  NULL,
  /** There is no row for the key. */
  MISSING,
  /** The latest row is older than the view's ttl allows. Its value is not told. */
  EXPIRED,
  /** The store cannot be asked, and what it last said of the key is not remembered. */
  UNAVAILABLE
}
