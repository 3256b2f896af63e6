package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.engine.Relation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which files snapshots are made of. A snapshot never changes, so what is known of it
 * stays true for as long as it exists. Thread-safe.
 */
public final class KnownScans {
  /** A path takes some hundred bytes. */
  private static final int MAX_FILES = 50_000;

  private final LinkedHashMap<Key, Relation.Files> scans = new LinkedHashMap<>(64, 0.75f, true);
  private long files;

  private record Key(VersionId version, long snapshotId) {}

  /** The scan of a snapshot if it is remembered. */
  public synchronized Relation.@Nullable Files get(VersionId version, long snapshotId) {
    return scans.get(new Key(version, snapshotId));
  }

  /** Remembers a whole scan of a snapshot, in place of those used longest ago. */
  public synchronized void put(VersionId version, long snapshotId, Relation.Files scan) {
    if (size(scan) > MAX_FILES) {
      return;
    }
    Relation.Files old = scans.put(new Key(version, snapshotId), scan);
    files += size(scan) - (old == null ? 0 : size(old));
    var oldest = scans.entrySet().iterator();
    while (files > MAX_FILES) {
      Map.Entry<Key, Relation.Files> gone = oldest.next();
      files -= size(gone.getValue());
      oldest.remove();
    }
  }

  /** An empty table takes room too. */
  private static int size(Relation.Files scan) {
    return 1 + scan.files().size();
  }

  /** Forgets everything: snapshots may have been removed. */
  public synchronized void clear() {
    scans.clear();
    files = 0;
  }
}
