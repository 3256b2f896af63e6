package dev.headrace.core.ledger;

/**
 * The outcome of one check in one run.
 *
 * @param check stable name, for example {@code not-null(order_id)}
 * @param status {@code passed}, {@code warned} or {@code failed}
 * @param failingRows rows that broke the rule; 0 where the rule is not about rows
 * @param message what was found
 */
public record CheckRecord(String check, Status status, long failingRows, String message) {
  /** How a check ended. */
  public enum Status {
    PASSED,
    WARNED,
    FAILED
  }
}
