package dev.headrace.spi.online;

/**
 * What became of a batch.
 *
 * @param written rows that are now the latest of their key, or were until a later row of the batch
 * @param older rows that were left out because the store has a later one
 */
public record PutReport(long written, long older) {
  /** Both together. */
  public PutReport plus(PutReport other) {
    return new PutReport(written + other.written, older + other.older);
  }
}
