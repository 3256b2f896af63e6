package dev.headrace.core.ledger;

/**
 * A raw file that a source has taken in.
 *
 * @param path as discovered, relative to the project where it lies inside
 * @param sizeBytes when it was loaded
 * @param modifiedMillis its modification time when it was loaded; equal size and time spare hashing
 * @param contentHash hash of its bytes
 * @param rows rows loaded from it
 * @param rejected rows kept aside
 */
public record LoadedFile(
    String path,
    long sizeBytes,
    long modifiedMillis,
    String contentHash,
    long rows,
    long rejected) {}
