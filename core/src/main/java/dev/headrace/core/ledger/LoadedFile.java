package dev.headrace.core.ledger;

import java.time.Instant;

/**
 * A raw file that a source has taken in.
 *
 * @param path as discovered, relative to the project where it lies inside
 * @param sizeBytes when it was loaded
 * @param modified its modification time when it was loaded; equal size and time spare hashing
 * @param hash of its bytes
 * @param rows records found in it that were not rejected
 * @param rejected records kept aside
 */
public record LoadedFile(
    String path, long sizeBytes, Instant modified, String hash, long rows, long rejected) {}
