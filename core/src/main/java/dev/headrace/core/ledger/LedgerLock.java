package dev.headrace.core.ledger;

/**
 * The right to change what an environment shows, or what all show, as far as those know who share
 * the ledger. It ends with the process, however that ends.
 */
public interface LedgerLock extends AutoCloseable {
  /** Gives the right back. */
  @Override
  void close();

  /** What came of asking for it. */
  sealed interface Attempt {}

  /** The right is ours. */
  record Held(LedgerLock lock) implements Attempt {}

  /**
   * Somebody else has it.
   *
   * @param holder who, as far as is known; may be empty
   */
  record Refused(String holder) implements Attempt {}
}
