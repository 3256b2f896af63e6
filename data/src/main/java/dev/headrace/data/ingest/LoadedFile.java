package dev.headrace.data.ingest;

import java.time.Instant;

/**
 * A file that an earlier run loaded, as the ledger remembers it.
 *
 * @param hash {@link ContentHash} of its bytes when it was loaded
 */
public record LoadedFile(String path, long sizeBytes, Instant modified, String hash) {}
