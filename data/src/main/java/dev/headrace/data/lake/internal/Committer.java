package dev.headrace.data.lake.internal;

import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.LakeError;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Turns a commit into new table metadata, without changing the table. */
public final class Committer {
  private static final int FORMAT_VERSION = 2;

  private static final Map<String, String> PROPERTIES =
      Map.of(
          // No reader of ours merges deletes; whoever else writes shall not leave any.
          "write.delete.mode", "copy-on-write",
          "write.update.mode", "copy-on-write",
          "write.merge.mode", "copy-on-write",
          // Old metadata files serve nobody: the ledger knows what was published.
          "write.metadata.previous-versions-max", "5",
          "write.metadata.delete-after-commit.enabled", "true",
          // A reader opens every manifest; with 100, the default, many small files are slow to
          // plan.
          "commit.manifest.min-count-to-merge", "16",
          // The fastest codec that needs no further library; the default level is 9.
          "write.manifest.compression-codec", "gzip",
          "write.manifest.compression-level", "1");

  private final FileIO io;
  private final String location;

  /**
   * @param location directory of the version
   */
  public Committer(FileIO io, String location) {
    this.io = io;
    this.location = location;
  }

  /** The table with the commit applied, and the files written to say so. */
  public Drafted draft(@Nullable TableMetadata current, Commit commit) {
    TableMetadata start = start(current, commit);
    Draft draft = new Draft(io, start);
    try {
      Snapshot snapshot = apply(commit, start, draft);
      draft.keepOnly(snapshot);
      return new Drafted(
          draft,
          TableMetadata.buildFrom(start)
              .setBranchSnapshot(snapshot, SnapshotRef.MAIN_BRANCH)
              .build());
    } catch (RuntimeException e) {
      draft.discard();
      throw e;
    }
  }

  /** Metadata ready to be committed. */
  public static final class Drafted {
    private final Draft draft;
    private final TableMetadata metadata;

    private Drafted(Draft draft, TableMetadata metadata) {
      this.draft = draft;
      this.metadata = metadata;
    }

    public TableMetadata metadata() {
      return metadata;
    }

    /** Deletes what was written for it; only after its commit has certainly failed. */
    public void discard() {
      draft.discard();
    }
  }

  /** The table at the base, with the schema the new snapshot will have. */
  private TableMetadata start(@Nullable TableMetadata current, Commit commit) {
    VersionId version = commit.version();
    if (current == null) {
      if (commit.base().isPresent()) {
        throw missing(version, commit.base().get());
      }
      return create(commit);
    }
    TableMetadata.Builder builder = TableMetadata.buildFrom(current);
    Schema base = new Schema(List.of());
    if (commit.base().isPresent()) {
      Snapshot snapshot = current.snapshot(commit.base().get());
      if (snapshot == null) {
        throw missing(version, commit.base().get());
      }
      builder.setBranchSnapshot(snapshot.snapshotId(), SnapshotRef.MAIN_BRANCH);
      base = Schemas.fromIceberg(Schemas.of(current, snapshot));
    } else {
      builder.removeRef(SnapshotRef.MAIN_BRANCH);
    }
    Schema evolved =
        commit.change() instanceof Change.Replace
            ? commit.schema()
            : Evolved.of(version, base, commit.schema());
    FieldIds.rejectDuplicates(version, "", evolved.fields());
    org.apache.iceberg.Schema schema = Schemas.toIceberg(evolved);
    builder.setCurrentSchema(schema, Math.max(current.lastColumnId(), schema.highestFieldId()));
    PartitionSpec spec =
        PartitionIds.unique(spec(version, schema, commit.layout()), schema, current);
    if (!spec.compatibleWith(current.spec())) {
      if (!isDividedBy(spec, current, commit)) {
        requireNoRows(commit);
      }
      builder.setDefaultPartitionSpec(spec);
    }
    return builder.build();
  }

  private TableMetadata create(Commit commit) {
    FieldIds.rejectDuplicates(commit.version(), "", commit.schema().fields());
    org.apache.iceberg.Schema schema = Schemas.toIceberg(commit.schema());
    return TableMetadata.buildFromEmpty(FORMAT_VERSION)
        .assignUUID()
        .setLocation(location)
        .setCurrentSchema(schema, schema.highestFieldId())
        .setDefaultPartitionSpec(spec(commit.version(), schema, commit.layout()))
        .setDefaultSortOrder(SortOrder.unsorted())
        .setProperties(PROPERTIES)
        .build();
  }

  /**
   * Whether the base's own files are divided in this way. The newest snapshot may be another one
   * that was never published, or is of another environment, with columns of other ids.
   */
  private boolean isDividedBy(PartitionSpec spec, TableMetadata current, Commit commit) {
    return commit
        .base()
        .map(current::snapshot)
        .map(
            base ->
                base.allManifests(io).stream()
                    .map(manifest -> current.spec(manifest.partitionSpecId()))
                    .allMatch(spec::compatibleWith))
        .orElse(false);
  }

  /** Only a table without rows may be divided anew: no file of the old division stays. */
  private static void requireNoRows(Commit commit) {
    if (commit.base().isPresent() && !(commit.change() instanceof Change.Replace)) {
      throw new HeadraceException(
          LakeError.LAKE_LAYOUT_CONFLICT,
          "Cannot commit to table '%s': its files are divided otherwise than by %s."
              .formatted(commit.version().table(), commit.layout().dayOf().orElse("nothing")),
          "Commit with the layout it was created with, or replace all its rows.");
    }
  }

  private static PartitionSpec spec(
      VersionId version, org.apache.iceberg.Schema schema, Layout layout) {
    if (layout.dayOf().isEmpty()) {
      return PartitionSpec.unpartitioned();
    }
    String wanted = layout.dayOf().get();
    Types.NestedField column = schema.caseInsensitiveFindField(wanted);
    if (column == null
        || !(column.type() instanceof Types.DateType
            || column.type() instanceof Types.TimestampType)) {
      throw new HeadraceException(
          LakeError.LAKE_LAYOUT_CONFLICT,
          "Cannot split table '%s' by day of '%s': it is %s."
              .formatted(version.table(), wanted, column == null ? "not a column" : column.type()),
          "Name a date or timestamp column.");
    }
    return PartitionSpec.builderFor(schema).day(column.name()).build();
  }

  private Snapshot apply(Commit commit, TableMetadata start, Draft draft) {
    Table table = new BaseTable(draft, commit.version().physicalName(), report -> {});
    DataFileFactory factory = new DataFileFactory(commit.version(), start.spec(), start.schema());
    List<DataFile> added = commit.change().added().stream().map(factory::of).toList();
    return switch (commit.change()) {
      case Change.Append _ -> append(commit, start, table, added);
      case Change.Replace _ when start.currentSnapshot() == null ->
          append(commit, start, table, added);
      case Change.Replace _ ->
          overwrite(
              commit,
              start,
              table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue()),
              added);
      case Change.ReplaceDays days -> {
        requireDays(commit, start, days);
        Types.NestedField time =
            start.schema().findField(start.spec().fields().getFirst().sourceId());
        yield overwrite(
            commit,
            start,
            table.newOverwrite().overwriteByRowFilter(Filters.days(time, days.from(), days.to())),
            added);
      }
      case Change.Rewrite rewrite -> {
        OverwriteFiles update = table.newOverwrite();
        removed(commit, start, rewrite.removed()).forEach(update::deleteFile);
        yield overwrite(commit, start, update, added);
      }
      case Change.Compact compact -> {
        RewriteFiles update = table.newRewrite();
        // Else it would look for deletes in all of the history, of which gc leaves the newest part.
        update.validateFromSnapshot(start.currentSnapshot().snapshotId());
        removed(commit, start, compact.removed()).forEach(update::deleteFile);
        added.forEach(update::addFile);
        yield finish(commit, start, update);
      }
    };
  }

  private static Snapshot append(
      Commit commit, TableMetadata start, Table table, List<DataFile> added) {
    AppendFiles update = table.newAppend();
    added.forEach(update::appendFile);
    return finish(commit, start, update);
  }

  private static Snapshot overwrite(
      Commit commit, TableMetadata start, OverwriteFiles update, List<DataFile> added) {
    added.forEach(update::addFile);
    return finish(commit, start, update);
  }

  /** Applied, not committed: a commit would read the new manifest list back to clean up. */
  private static Snapshot finish(Commit commit, TableMetadata start, SnapshotUpdate<?> update) {
    commit.summary().forEach(update::set);
    long compactions =
        Compactions.before(start.currentSnapshot())
            + (commit.change() instanceof Change.Compact ? 1 : 0);
    if (compactions > 0) {
      update.set(Compactions.COUNT, Long.toString(compactions));
    }
    update.scanManifestsWith(CallerThread.INSTANCE);
    update.writeManifestsWith(CallerThread.INSTANCE, 1);
    return update.apply();
  }

  private static void requireDays(Commit commit, TableMetadata start, Change.ReplaceDays days) {
    if (start.spec().isUnpartitioned()) {
      throw new HeadraceException(
          LakeError.LAKE_LAYOUT_CONFLICT,
          "Cannot replace days of table '%s': its files are not split by day."
              .formatted(commit.version().table()),
          "Create the version with a layout by day.");
    }
    for (WrittenFile file : days.added()) {
      LocalDate day = file.day().orElse(null);
      if (day == null || day.isBefore(days.from()) || !day.isBefore(days.to())) {
        throw new HeadraceException(
            LakeError.LAKE_INTERVAL_MISMATCH,
            "Cannot replace the days [%s, %s) of table '%s': there are new rows %s."
                .formatted(
                    days.from(),
                    days.to(),
                    commit.version().table(),
                    day == null ? "without a time" : "of " + day),
            "Let the query yield only rows whose time is >= $from and < $to.");
      }
    }
  }

  private Set<DataFile> removed(Commit commit, TableMetadata start, Set<String> paths) {
    Map<String, DataFile> live = new HashMap<>();
    Snapshot base = start.currentSnapshot();
    if (base != null) {
      new LiveFiles(commit.version(), start, base, io)
          .all()
          .forEach(file -> live.put(file.location(), file));
    }
    Set<DataFile> removed = new HashSet<>();
    for (String path : paths) {
      DataFile file = live.get(path);
      if (file == null) {
        throw new HeadraceException(
            LakeError.LAKE_FILE_MISSING,
            "Cannot rewrite file '%s' of table '%s': it is not part of the base snapshot."
                .formatted(path, commit.version().table()),
            "List the files of the base again.");
      }
      removed.add(file);
    }
    return removed;
  }

  private static HeadraceException missing(VersionId version, long snapshotId) {
    return Snapshots.missing(version, snapshotId);
  }
}
