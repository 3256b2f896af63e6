package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.VersionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Tells files that came and went with rows from those that were only rewritten. Every snapshot
 * knows how many compactions lie behind it, so that one which has been removed since is missed.
 */
public final class Compactions {
  /** Entry of a snapshot's summary: compactions from the first snapshot to this one. */
  static final String COUNT = "headrace.compactions";

  private final VersionId version;
  private final TableMetadata metadata;
  private final FileIO io;

  public Compactions(VersionId version, TableMetadata metadata, FileIO io) {
    this.version = version;
    this.metadata = metadata;
    this.io = io;
  }

  static long before(@Nullable Snapshot snapshot) {
    return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault(COUNT, "0"));
  }

  /**
   * Files that one of two snapshots has and the other has not, those left out that were rewritten
   * in between; empty when that cannot be told any more.
   */
  public Optional<List<FileEntry>> changed(Snapshot from, Snapshot to) {
    if (before(from) == before(to)) {
      return Optional.of(difference(from, to));
    }
    List<FileEntry> changed = new ArrayList<>();
    Snapshot later = to;
    while (later.snapshotId() != from.snapshotId()) {
      Long parent = later.parentId();
      if (parent == null) {
        return Optional.of(difference(from, to)); // Built from nothing: no file is an old one.
      }
      Snapshot earlier = metadata.snapshot(parent);
      if (earlier == null) {
        return Optional.empty();
      }
      if (!later.operation().equals(DataOperations.REPLACE)) {
        changed.addAll(difference(earlier, later));
      }
      later = earlier;
    }
    return Optional.of(changed);
  }

  private List<FileEntry> difference(Snapshot one, Snapshot other) {
    Map<String, FileEntry> left = files(one);
    Map<String, FileEntry> right = files(other);
    Set<String> common = new HashSet<>(left.keySet());
    common.retainAll(right.keySet());
    left.keySet().removeAll(common);
    right.keySet().removeAll(common);
    List<FileEntry> difference = new ArrayList<>(left.values());
    difference.addAll(right.values());
    return difference;
  }

  private Map<String, FileEntry> files(Snapshot snapshot) {
    Map<String, FileEntry> files = new HashMap<>();
    new LiveFiles(version, metadata, snapshot, io)
        .entries(List.of())
        .forEach(file -> files.put(file.path(), file));
    return files;
  }
}
