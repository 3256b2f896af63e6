package dev.headrace.data.lake;

import dev.headrace.data.lake.internal.Committer;
import dev.headrace.data.lake.internal.Compactions;
import dev.headrace.data.lake.internal.Failures;
import dev.headrace.data.lake.internal.FieldIds;
import dev.headrace.data.lake.internal.KnownScans;
import dev.headrace.data.lake.internal.LakeCatalog;
import dev.headrace.data.lake.internal.LiveFiles;
import dev.headrace.data.lake.internal.LocalFileIO;
import dev.headrace.data.lake.internal.Schemas;
import dev.headrace.data.lake.internal.Snapshots;
import dev.headrace.data.lake.internal.Sweeper;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.jspecify.annotations.Nullable;

/**
 * The tables on disk: versions, their snapshots and their files.
 *
 * <p>An engine writes files into {@link #stagingDirectory}, with the ids of {@link #assignIds}; one
 * {@link #commit} makes them a snapshot; a reader asks {@link #scan} for the files of a snapshot it
 * knows from the ledger. A commit states the snapshot it starts from, so one that was committed but
 * never published is simply left behind when the work is done again.
 *
 * <p>Thread-safe, and safe beside other processes on the same lake. All work is done on the calling
 * thread.
 */
public final class Lake implements AutoCloseable {
  private static final int COMMIT_ATTEMPTS = 8;

  private final LakeConfig config;
  private final LakeCatalog catalog;
  private final LocalFileIO io;
  private final KnownScans knownScans = new KnownScans();

  private Lake(LakeConfig config, LakeCatalog catalog, LocalFileIO io) {
    this.config = config;
    this.catalog = catalog;
    this.io = io;
  }

  /**
   * Opens the lake and creates what is absent of it.
   *
   * @throws HeadraceException LAKE_STORAGE, LAKE_CATALOG_UNAVAILABLE
   */
  public static Lake open(LakeConfig config) {
    return Failures.translate(
        "open the lake '" + config.warehouse() + "'",
        () -> {
          createDirectories(config.warehouse());
          return new Lake(config, LakeCatalog.open(config), new LocalFileIO(config.durability()));
        });
  }

  /** The same tables in Iceberg's own terms. */
  public IcebergTables iceberg() {
    return new IcebergTables(catalog, io);
  }

  /** All versions of all tables, published or not, by name. */
  public List<VersionId> versions() {
    return Failures.translate(
        "list the tables of the lake",
        () ->
            catalog.versions().stream()
                .sorted(Comparator.comparing(VersionId::physicalName))
                .toList());
  }

  /** The snapshots of a version in the order of their commits; none when it does not exist. */
  public List<Snapshot> snapshots(VersionId version) {
    return Failures.translate(
        read(version),
        () -> {
          TableMetadata metadata = load(catalog.operations(version));
          return metadata == null
              ? List.of()
              : metadata.snapshots().stream()
                  .sorted(Comparator.comparingLong(org.apache.iceberg.Snapshot::sequenceNumber))
                  .map(snapshot -> Snapshots.of(version, metadata, snapshot))
                  .toList();
        });
  }

  /**
   * One snapshot.
   *
   * @throws HeadraceException LAKE_SNAPSHOT_MISSING
   */
  public Snapshot snapshot(VersionId version, long snapshotId) {
    return Failures.translate(
        read(version),
        () -> {
          TableMetadata metadata = require(version, snapshotId);
          return Snapshots.of(version, metadata, Snapshots.require(version, metadata, snapshotId));
        });
  }

  /**
   * The files of a snapshot and the schema to read them with, in a fixed order.
   *
   * @param ranges files that provably hold no row in all of these are left out; rows outside them
   *     still come with the others
   * @throws HeadraceException LAKE_SNAPSHOT_MISSING, LAKE_COLUMN_MISSING, LAKE_DELETE_FILES
   */
  public Relation.Files scan(VersionId version, long snapshotId, Between... ranges) {
    return Failures.translate(
        read(version),
        () -> {
          Relation.Files known = ranges.length == 0 ? knownScans.get(version, snapshotId) : null;
          if (known != null) {
            return known;
          }
          LiveFiles live = live(version, snapshotId);
          List<DataFile> files = live.list(List.of(ranges));
          Relation.Files scan =
              new Relation.Files(
                  Schemas.fromIceberg(live.schema()),
                  files.stream().map(file -> LocalFileIO.path(file.location()).toString()).toList(),
                  files.stream().mapToLong(DataFile::recordCount).sum(),
                  ranges.length == 0 ? named(version, snapshotId) : Optional.empty());
          if (ranges.length == 0) {
            knownScans.put(version, snapshotId, scan);
          }
          return scan;
        });
  }

  /**
   * The files of a snapshot with what is known of each, by path: to rewrite only those that may
   * hold certain keys.
   *
   * @throws HeadraceException as {@link #scan}
   */
  public List<FileEntry> files(VersionId version, long snapshotId, Between... ranges) {
    return Failures.translate(
        read(version), () -> live(version, snapshotId).entries(List.of(ranges)));
  }

  /**
   * Files that came or went between two snapshots, with their rows: those that only gave way to
   * others with the same rows are left out.
   *
   * @return empty when it cannot be told: a snapshot is gone, or one of a compaction in between
   */
  public Optional<List<FileEntry>> changedFiles(VersionId version, long from, long to) {
    return Failures.translate(
        read(version),
        () -> {
          TableMetadata metadata = load(catalog.operations(version));
          org.apache.iceberg.Snapshot first = metadata == null ? null : metadata.snapshot(from);
          org.apache.iceberg.Snapshot last = metadata == null ? null : metadata.snapshot(to);
          return metadata == null || first == null || last == null
              ? Optional.empty()
              : new Compactions(version, metadata, io).changed(first, last);
        });
  }

  /**
   * How the files of a version are divided.
   *
   * @throws HeadraceException LAKE_VERSION_MISSING, LAKE_SNAPSHOT_MISSING
   */
  public Layout layout(VersionId version, long snapshotId) {
    return Failures.translate(
        read(version),
        () -> {
          TableMetadata metadata = require(version, snapshotId);
          org.apache.iceberg.PartitionSpec spec = metadata.spec();
          return spec.isUnpartitioned()
              ? Layout.whole()
              : Layout.byDayOf(
                  metadata.schema().findColumnName(spec.fields().getFirst().sourceId()));
        });
  }

  /**
   * The directory in which files of this version are written before they are committed; it exists
   * on return. What is never committed is swept.
   */
  public Path stagingDirectory(VersionId version) {
    return Failures.translate(
        "write table '" + version.table() + "'",
        () -> createDirectories(directory(version).resolve("data")));
  }

  /**
   * Refuses columns that no table here can have.
   *
   * @throws HeadraceException LAKE_DUPLICATE_COLUMN
   */
  public static void requireStorable(VersionId version, Schema columns) {
    new FieldIds(version, Evolution.REPLACE, 0).assign(new Schema(List.of()), columns);
  }

  /**
   * The wanted columns with the ids to write files with: a column of the base keeps its id, its
   * spelling and the wider of both types; others get ids the version never used.
   *
   * @param base as in the commit to come
   * @throws HeadraceException LAKE_TYPE_CONFLICT, LAKE_DUPLICATE_COLUMN, LAKE_SNAPSHOT_MISSING
   */
  public Schema assignIds(
      VersionId version, Optional<Long> base, Schema wanted, Evolution evolution) {
    return Failures.translate(
        read(version),
        () -> {
          Schema existing = new Schema(List.of());
          int last = 0;
          TableMetadata metadata =
              base.isPresent() ? require(version, base.get()) : load(catalog.operations(version));
          if (metadata != null) {
            last = metadata.lastColumnId();
          }
          if (metadata != null && base.isPresent()) {
            org.apache.iceberg.Snapshot snapshot = Snapshots.require(version, metadata, base.get());
            existing = Schemas.fromIceberg(Schemas.of(metadata, snapshot));
          }
          return new FieldIds(version, evolution, last).assign(existing, wanted);
        });
  }

  /**
   * Makes the change a new snapshot in one atomic step and creates the version when it is absent.
   * Nobody sees the snapshot before the ledger publishes it.
   *
   * @throws HeadraceException LAKE_COMMIT_CONFLICT when others keep committing to this version;
   *     LAKE_COMMIT_UNKNOWN when the catalog gave no answer: nothing is cleaned up then, and trying
   *     again is safe because the base is stated; LAKE_SNAPSHOT_MISSING, LAKE_TYPE_CONFLICT,
   *     LAKE_SCHEMA_CONFLICT, LAKE_LAYOUT_CONFLICT, LAKE_INTERVAL_MISMATCH, LAKE_FILE_MISSING
   */
  public Snapshot commit(Commit commit) {
    VersionId version = commit.version();
    return Failures.translate(
        "commit to table '" + version.table() + "'",
        () -> {
          forceToDisk(commit);
          Committer committer = new Committer(io, directory(version).toString());
          Exception last = null;
          for (int attempt = 1; attempt <= COMMIT_ATTEMPTS; attempt++) {
            TableOperations operations = catalog.operations(version);
            TableMetadata current = load(operations);
            Committer.Drafted drafted = committer.draft(current, commit);
            try {
              operations.commit(current, drafted.metadata());
              return remembered(commit, newest(version, drafted.metadata()));
            } catch (CommitFailedException | AlreadyExistsException e) {
              // The change is stated against its base, not against what another just committed.
              drafted.discard();
              last = e;
            } catch (UncheckedSQLException e) {
              if (Failures.isBusy(e)) {
                drafted.discard();
              } else {
                Optional<Snapshot> made = afterSilence(version, drafted.metadata(), e);
                if (made.isPresent()) {
                  return remembered(commit, made.get());
                }
                // It may still be on its way, so its files stay. Only one of the two swaps can
                // succeed, and either is followed by one that states the same base.
              }
              last = e;
            } catch (CommitStateUnknownException e) {
              return afterSilence(version, drafted.metadata(), e)
                  .orElseThrow(() -> unknown(version, e));
            }
            pause(attempt);
          }
          throw new HeadraceException(
              LakeError.LAKE_COMMIT_CONFLICT,
              "Cannot commit to table '%s': %d attempts met other commits to version %s."
                  .formatted(version.table(), COMMIT_ATTEMPTS, version.fingerprint()),
              "Let the other run of this project end, then try again.",
              last);
        });
  }

  /**
   * What nobody needs any more. Pure: nothing is changed.
   *
   * @param pins every snapshot that an environment, model, report or prediction may still read
   * @param olderThan younger things stay, so that work under way is safe: at least the duration of
   *     the longest run ago
   */
  public SweepPlan planSweep(Set<Pin> pins, Instant olderThan) {
    return planSweep(pins, olderThan, olderThan);
  }

  /**
   * The same where other programs write to the lake's directories too: they make files long before
   * they ask for a commit, and nobody can tell such files from leftovers but by their age.
   *
   * @param strangersOlderThan younger files that no run of Headrace has written stay
   */
  public SweepPlan planSweep(Set<Pin> pins, Instant olderThan, Instant strangersOlderThan) {
    return Failures.translate(
        "plan a sweep of the lake", () -> sweeper().plan(pins, olderThan, strangersOlderThan));
  }

  /**
   * Removes what is planned and still unused. May be killed at any point and run again, with this
   * plan or a new one. Between plan and sweep nothing in the plan may be pinned.
   */
  public SweepReport sweep(SweepPlan plan) {
    knownScans.clear();
    return Failures.translate("sweep the lake", () -> sweeper().sweep(plan));
  }

  /** Ends the connections to the catalog. */
  @Override
  public void close() {
    catalog.close();
  }

  /**
   * The catalog did not confirm a commit: look whether it has it.
   *
   * @return the snapshot; empty when it is not there and the connection was lost, so that the swap
   *     can be tried once more
   */
  private Optional<Snapshot> afterSilence(
      VersionId version, TableMetadata drafted, RuntimeException failure) {
    Snapshot made = newest(version, drafted);
    try {
      TableMetadata now = load(catalog.operations(version));
      if (now != null && now.snapshot(made.snapshotId()) != null) {
        return Optional.of(made);
      }
      if (failure instanceof UncheckedSQLException e && Failures.isLost(e)) {
        return Optional.empty();
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    throw unknown(version, failure);
  }

  /** Not being there yet proves nothing: the statement may still be on its way. */
  private static HeadraceException unknown(VersionId version, RuntimeException failure) {
    return new HeadraceException(
        LakeError.LAKE_COMMIT_UNKNOWN,
        "Cannot tell whether the commit to table '%s' happened: the catalog did not answer."
            .formatted(version.table()),
        "Run the same command again; it starts from what was published.",
        failure);
  }

  /** What was just made of new files alone need not be read back by whoever reads it next. */
  private Snapshot remembered(Commit commit, Snapshot made) {
    boolean newFilesAlone =
        commit.change() instanceof Change.Replace
            || (commit.change() instanceof Change.Append && commit.base().isEmpty());
    if (newFilesAlone) {
      List<WrittenFile> files = commit.change().added();
      knownScans.put(
          made.version(),
          made.snapshotId(),
          new Relation.Files(
              made.schema(),
              files.stream()
                  .map(file -> LocalFileIO.path(file.path()).toString())
                  .sorted()
                  .toList(),
              files.stream().mapToLong(WrittenFile::rows).sum(),
              named(made.version(), made.snapshotId())));
    }
    return made;
  }

  private static Optional<Relation.Snapshot> named(VersionId version, long snapshotId) {
    return Optional.of(new Relation.Snapshot(version.physicalName(), snapshotId));
  }

  private static Snapshot newest(VersionId version, TableMetadata metadata) {
    return Snapshots.of(version, metadata, metadata.currentSnapshot());
  }

  private LiveFiles live(VersionId version, long snapshotId) {
    TableMetadata metadata = require(version, snapshotId);
    return new LiveFiles(version, metadata, Snapshots.require(version, metadata, snapshotId), io);
  }

  private TableMetadata require(VersionId version, long snapshotId) {
    TableMetadata metadata = load(catalog.operations(version));
    if (metadata == null) {
      throw new HeadraceException(
          LakeError.LAKE_VERSION_MISSING,
          "Cannot read table '%s': the lake has no version %s, of which snapshot %d was asked."
              .formatted(version.table(), version.fingerprint(), snapshotId),
          "Build the table with 'headrace run'.");
    }
    return metadata;
  }

  private static @Nullable TableMetadata load(TableOperations operations) {
    return operations.refresh();
  }

  private Sweeper sweeper() {
    return new Sweeper(catalog, io, config.warehouse());
  }

  /**
   * Where tables of other programs' own lie: beside the lake, so that whoever shares the lake
   * shares them.
   */
  public Path outsideDirectory() {
    Path warehouse = config.warehouse();
    return warehouse.resolveSibling(warehouse.getFileName() + "-outside");
  }

  /** Where the files of models lie: beside the lake, for the same reason. */
  public Path modelsDirectory() {
    Path warehouse = config.warehouse();
    return warehouse.resolveSibling(warehouse.getFileName() + "-models");
  }

  private Path directory(VersionId version) {
    return config.warehouse().resolve(version.physicalName());
  }

  private void forceToDisk(Commit commit) {
    if (config.durability() == Durability.POWER) {
      io.force(commit.change().added().stream().map(WrittenFile::path).toList());
    }
  }

  private static String read(VersionId version) {
    return "read table '" + version.table() + "'";
  }

  private static Path createDirectories(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives way to the other writers for a few milliseconds, longer each time. */
  private static void pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1, 4 << attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
