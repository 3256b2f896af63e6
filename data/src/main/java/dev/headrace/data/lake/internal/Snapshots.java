package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.error.HeadraceException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;

/** Iceberg's snapshots as ours; the totals come from their summaries, no manifest is read. */
public final class Snapshots {
  /** The snapshot with that id, as Iceberg has it. */
  public static org.apache.iceberg.Snapshot require(
      VersionId version, TableMetadata metadata, long snapshotId) {
    org.apache.iceberg.Snapshot snapshot = metadata.snapshot(snapshotId);
    if (snapshot == null) {
      throw missing(version, snapshotId);
    }
    return snapshot;
  }

  public static Snapshot of(
      VersionId version, TableMetadata metadata, org.apache.iceberg.Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    return new Snapshot(
        version,
        snapshot.snapshotId(),
        Optional.ofNullable(snapshot.parentId()),
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        Schemas.fromIceberg(Schemas.of(metadata, snapshot)),
        number(summary, SnapshotSummary.TOTAL_RECORDS_PROP),
        number(summary, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        number(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP),
        number(summary, SnapshotSummary.ADDED_RECORDS_PROP),
        summary);
  }

  static HeadraceException missing(VersionId version, long snapshotId) {
    return new HeadraceException(
        LakeError.LAKE_SNAPSHOT_MISSING,
        "Cannot read table '%s': version %s has no snapshot %d."
            .formatted(version.table(), version.fingerprint(), snapshotId),
        "Build the table again with --full-refresh.");
  }

  private static long number(Map<String, String> summary, String key) {
    return Long.parseLong(summary.getOrDefault(key, "0"));
  }

  private Snapshots() {}
}
