package dev.headrace.ml.features.internal;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.Between;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Relations;
import dev.headrace.ml.features.FeatureViewSpec;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the latest values can be made of: all rows, those near the new moment, those that are new,
 * and the latest values there are.
 *
 * @param current what is published of the view, to go on from; empty to begin anew
 */
public record LatestSource(
    Lake lake,
    Relations relations,
    SqlEngine engine,
    Asset asset,
    Published published,
    Optional<Publication.Content> current) {

  /** The rows of the view's table. */
  Relation all() {
    return relations.of(published, from());
  }

  /** The latest values there are. */
  Optional<Relation> latest() {
    return current.map(content -> relations.of(published, content.table()));
  }

  /**
   * The rows whose time may be at or after a bound, in as few files as the lake can tell.
   *
   * @param lower as a value of the time column
   */
  Optional<Relation> since(Object lower) {
    return stored()
        .map(
            table ->
                lake.scan(
                    table.version(), table.snapshotId(), new Between(spec().time(), lower, null)));
  }

  /** The rows that were added since {@link #current}; empty if any were taken away or changed. */
  Optional<Relation.Files> added() {
    Optional<Stored> table = stored();
    Optional<Long> before =
        current
            .map(content -> content.inputs().get(from()))
            .filter(state -> state.matches("s\\d+"))
            .map(state -> Long.valueOf(state.substring(1)));
    if (table.isEmpty() || before.isEmpty()) {
      return Optional.empty();
    }
    VersionId version = table.get().version();
    boolean known =
        lake.snapshots(version).stream()
            .anyMatch(snapshot -> snapshot.snapshotId() == before.get());
    Optional<List<FileEntry>> changed =
        known
            ? lake.changedFiles(version, before.get(), table.get().snapshotId())
            : Optional.empty();
    Relation.Files now = lake.scan(version, table.get().snapshotId());
    Set<String> live = Set.copyOf(now.files());
    return changed
        .filter(files -> files.stream().allMatch(file -> live.contains(file.path())))
        .map(files -> only(now.schema(), files));
  }

  private static Relation.Files only(Schema schema, List<FileEntry> files) {
    return new Relation.Files(
        schema,
        files.stream().map(FileEntry::path).collect(Collectors.toList()),
        files.stream().mapToLong(FileEntry::rows).sum());
  }

  private record Stored(VersionId version, long snapshotId) {}

  private Optional<Stored> stored() {
    return published
        .table(from())
        .map(Publication::content)
        .filter(content -> content.data() instanceof Publication.Stored)
        .map(
            content ->
                new Stored(
                    Relations.version(content),
                    ((Publication.Stored) content.data()).snapshotId()));
  }

  private FeatureViewSpec spec() {
    return (FeatureViewSpec) asset.declaration().spec();
  }

  private String from() {
    return asset.definition().inputs().getFirst();
  }
}
