package dev.headrace.data.lake;

import dev.headrace.spi.schema.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a table version after one commit.
 *
 * @param base the snapshot its commit started from; empty when it started from no row
 * @param rows rows in all files
 * @param sizeBytes size of all files
 * @param files number of files
 * @param addedRows rows in the files its commit added
 * @param summary the notes of its commit and what Iceberg adds
 */
public record Snapshot(
    VersionId version,
    long snapshotId,
    Optional<Long> base,
    Instant committedAt,
    Schema schema,
    long rows,
    long sizeBytes,
    long files,
    long addedRows,
    Map<String, String> summary) {
  public Snapshot {
    summary = Map.copyOf(summary);
  }
}
