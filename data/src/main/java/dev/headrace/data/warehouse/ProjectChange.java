package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.OutsideMove;
import dev.headrace.core.ledger.Publication;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.IcebergTables;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Relations;
import dev.headrace.data.release.TimeColumns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A change of another program to a table of the project. It may change rows and nothing else: what
 * columns there are is said by the project's files.
 *
 * @param publication what is shown now
 * @param shown its metadata
 */
record ProjectChange(Lake lake, Publication publication, TableMetadata shown) {

  /**
   * Takes the new snapshots into the lake, where nobody sees them yet.
   *
   * @throws ForbiddenException if anything but rows would change
   * @throws org.apache.iceberg.exceptions.BadRequestException if its files cannot be read by all
   */
  Prepared prepare(List<MetadataUpdate> updates, TableMetadata changed) {
    updates.forEach(this::requireRowsOnly);
    Snapshot current = changed.currentSnapshot();
    if (current == null) {
      throw refused("its rows cannot be taken away without a snapshot that says so");
    }
    List<Snapshot> added = added(updates, changed, current);
    IncomingFiles incoming = new IncomingFiles(lake.iceberg().io(), changed);
    added.forEach(incoming::verify);
    VersionId version = Relations.version(publication.content());
    IcebergTables tables = lake.iceberg();
    if (!added.isEmpty()) {
      tables.adopt(version, added);
    }
    Runnable undo = () -> tables.abandon(version, added);
    try {
      return new Prepared(
          new OutsideMove.Publish(
              publication.id(), content(version, current.snapshotId()), addedRows(added)),
          undo,
          () -> {});
    } catch (RuntimeException e) {
      undo.run();
      throw e;
    }
  }

  private void requireRowsOnly(MetadataUpdate update) {
    boolean rowsOnly =
        switch (update) {
          case MetadataUpdate.AddSnapshot _ -> true;
          case MetadataUpdate.SetSnapshotRef ref -> ref.name().equals(SnapshotRef.MAIN_BRANCH);
          default -> false;
        };
    if (!rowsOnly) {
      throw refused(
          "other programs may change its rows, and this would change more ("
              + update.getClass().getSimpleName()
              + ")");
    }
  }

  private ForbiddenException refused(String reason) {
    return new ForbiddenException(
        "Cannot change table '%s': %s. Its definition is in the project's files.",
        publication.content().table(), reason);
  }

  /** The snapshots that lead from what is shown to what is to be shown, oldest first. */
  private List<Snapshot> added(
      List<MetadataUpdate> updates, TableMetadata changed, Snapshot current) {
    List<Snapshot> added = new ArrayList<>();
    for (Snapshot ancestor : SnapshotUtil.ancestorsOf(current.snapshotId(), changed::snapshot)) {
      if (shown.snapshot(ancestor.snapshotId()) != null) {
        break;
      }
      added.add(ancestor);
    }
    Collections.reverse(added);
    long offered = updates.stream().filter(MetadataUpdate.AddSnapshot.class::isInstance).count();
    if (offered != added.size()) {
      throw refused("a snapshot would be added that is not part of its main branch");
    }
    return added;
  }

  private Publication.Content content(VersionId version, long snapshotId) {
    Publication.Content old = publication.content();
    Publication.Stored before = (Publication.Stored) old.data();
    List<FileEntry> files = lake.files(version, snapshotId);
    Publication.Stored stored =
        new Publication.Stored(
            snapshotId,
            files.stream().mapToLong(FileEntry::rows).sum(),
            files.stream().mapToLong(FileEntry::sizeBytes).sum(),
            before
                .time()
                .flatMap(
                    time ->
                        TimeColumns.of(
                            files, lake.snapshot(version, snapshotId).schema(), time.name())));
    return new Publication.Content(
        old.table(),
        old.asset(),
        Publication.OUTSIDE,
        old.fingerprint(),
        old.identity(),
        old.audit(),
        "s" + snapshotId,
        stored,
        old.inputs(),
        old.days());
  }

  private static long addedRows(List<Snapshot> added) {
    return added.stream()
        .map(snapshot -> Optional.ofNullable(snapshot.summary().get("added-records")))
        .flatMap(Optional::stream)
        .filter(count -> count.matches("[0-9]{1,18}"))
        .mapToLong(Long::parseLong)
        .sum();
  }
}
