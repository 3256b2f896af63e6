package dev.headrace.data.lake;

import dev.headrace.data.lake.internal.Failures;
import dev.headrace.data.lake.internal.LakeCatalog;
import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.data.lake.internal.Schemas;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;

/**
 * The versions of the lake as Iceberg knows them, for rooms that speak Iceberg to other programs;
 * whoever works with rows takes the {@link Lake}. Thread-safe.
 */
public final class IcebergTables {
  private final LakeCatalog catalog;
  private final LocalFileIO io;

  IcebergTables(LakeCatalog catalog, LocalFileIO io) {
    this.catalog = catalog;
    this.io = io;
  }

  /** All a version consists of, with every snapshot, published or not; empty when it is gone. */
  public Optional<TableMetadata> metadata(VersionId version) {
    return Failures.translate(
        "read table '" + version.table() + "'",
        () -> Optional.ofNullable(catalog.operations(version).refresh()));
  }

  /**
   * Takes in snapshots whose files another program has written. Nobody sees them before the ledger
   * publishes one.
   *
   * @param snapshots in the order in which they follow each other
   * @throws org.apache.iceberg.exceptions.CommitFailedException when others committed meanwhile and
   *     the snapshots have to be numbered anew
   * @throws org.apache.iceberg.exceptions.CommitStateUnknownException when nobody knows
   */
  public void adopt(VersionId version, List<Snapshot> snapshots) {
    Failures.translate(
        "commit to table '" + version.table() + "'",
        () -> {
          TableOperations operations = catalog.operations(version);
          TableMetadata current = operations.refresh();
          TableMetadata.Builder changed = TableMetadata.buildFrom(current);
          snapshots.forEach(changed::addSnapshot);
          changed.setBranchSnapshot(snapshots.getLast().snapshotId(), SnapshotRef.MAIN_BRANCH);
          operations.commit(current, changed.build());
          return snapshots.size();
        });
  }

  /** Forgets snapshots that were taken in and will not be published; their files stay. */
  public void abandon(VersionId version, List<Snapshot> snapshots) {
    Failures.translate(
        "change table '" + version.table() + "'",
        () -> {
          TableOperations operations = catalog.operations(version);
          TableMetadata current = operations.refresh();
          TableMetadata.Builder changed = TableMetadata.buildFrom(current);
          Long parent = snapshots.isEmpty() ? null : snapshots.getFirst().parentId();
          if (parent == null || current.snapshot(parent) == null) {
            changed.removeRef(SnapshotRef.MAIN_BRANCH);
          } else {
            changed.setBranchSnapshot(parent, SnapshotRef.MAIN_BRANCH);
          }
          operations.commit(current, changed.removeSnapshots(snapshots).build());
          return snapshots.size();
        });
  }

  /** How files of the lake are read and written. */
  public FileIO io() {
    return io;
  }

  /** Columns as Iceberg has them, numbered from 1. */
  public static Schema schema(dev.headrace.spi.schema.Schema schema) {
    AtomicInteger last = new AtomicInteger();
    Type numbered =
        TypeUtil.assignFreshIds(
            Schemas.toIceberg(new dev.headrace.spi.schema.Type.Struct(schema.fields())),
            last::incrementAndGet);
    return new Schema(numbered.asStructType().fields());
  }
}
