package dev.headrace.data.release;

import dev.headrace.core.ledger.Publication;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Commit;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were written for a table version and wait for their checks. Closing it without a commit
 * deletes the files: what is refused leaves nothing behind.
 */
public final class Staged implements AutoCloseable {
  private final Lake lake;
  private final VersionId version;
  private final Optional<Long> base;
  private final Schema schema;
  private final Layout layout;
  private final List<Change> changes;
  private boolean committed;

  /**
   * @param base the published snapshot the changes start from; empty for none
   * @param schema columns with the ids the files were written with
   * @param changes what is done to the base, in order; at least one
   */
  public Staged(
      Lake lake,
      VersionId version,
      Optional<Long> base,
      Schema schema,
      Layout layout,
      List<? extends Change> changes) {
    this.lake = lake;
    this.version = version;
    this.base = base;
    this.schema = schema;
    this.layout = layout;
    this.changes = List.copyOf(changes);
  }

  /** Rows in the files to be added. */
  public long addedRows() {
    return changes.stream()
        .flatMap(change -> change.added().stream())
        .mapToLong(WrittenFile::rows)
        .sum();
  }

  /** The published snapshot the changes start from; empty for none. */
  Optional<Long> base() {
    return base;
  }

  /** Whether the table may have rows that were written before. */
  boolean keepsRows() {
    return base.isPresent() && changes.stream().noneMatch(Change.Replace.class::isInstance);
  }

  /** Whether the engine has seen that none of the rows it wrote meets the condition. */
  boolean isFreeOf(String condition) {
    return changes.stream()
        .flatMap(change -> change.added().stream())
        .allMatch(file -> file.freeOf().contains(condition));
  }

  /** The table as it will be, to be checked before anyone can see it. */
  public Relation.Files preview() {
    List<PreviewFile> files = new ArrayList<>();
    base.ifPresent(
        snapshot ->
            lake.files(version, snapshot)
                .forEach(file -> files.add(new PreviewFile(file.path(), file.rows(), file.day()))));
    for (Change change : changes) {
      switch (change) {
        case Change.Append _ -> {}
        case Change.Replace _ -> files.clear();
        case Change.ReplaceDays days ->
            files.removeIf(file -> file.day().filter(day -> within(day, days)).isPresent());
        case Change.Rewrite rewrite ->
            files.removeIf(file -> rewrite.removed().contains(file.path()));
        case Change.Compact compact ->
            files.removeIf(file -> compact.removed().contains(file.path()));
      }
      change
          .added()
          .forEach(file -> files.add(new PreviewFile(file.path(), file.rows(), file.day())));
    }
    return new Relation.Files(
        schema,
        files.stream().map(PreviewFile::path).toList(),
        files.stream().mapToLong(PreviewFile::rows).sum());
  }

  private record PreviewFile(String path, long rows, Optional<LocalDate> day) {}

  private static boolean within(LocalDate day, Change.ReplaceDays days) {
    return !day.isBefore(days.from()) && day.isBefore(days.to());
  }

  /**
   * Makes the rows a snapshot of the lake.
   *
   * @param timeColumn column whose range is told to those who build on this table
   */
  public Publication.Stored commit(StepContext context, @Nullable String timeColumn) {
    return commit(context.runId(), timeColumn);
  }

  /** The same in a run without a plan. */
  public Publication.Stored commit(long run, @Nullable String timeColumn) {
    Optional<Long> from = base;
    Snapshot snapshot = null;
    for (Change change : changes) {
      snapshot =
          lake.commit(
              new Commit(
                  version,
                  from,
                  schema,
                  layout,
                  change,
                  Map.of("headrace.run", Long.toString(run))));
      from = Optional.of(snapshot.snapshotId());
    }
    committed = true;
    if (snapshot == null) {
      throw new IllegalStateException("nothing to commit to " + version);
    }
    return new Publication.Stored(
        snapshot.snapshotId(),
        snapshot.rows(),
        snapshot.sizeBytes(),
        timeColumn(snapshot, timeColumn));
  }

  private Optional<Publication.TimeColumn> timeColumn(
      Snapshot snapshot, @Nullable String timeColumn) {
    if (timeColumn == null) {
      return Optional.empty();
    }
    return TimeColumns.of(
        lake.files(version, snapshot.snapshotId()), snapshot.schema(), timeColumn);
  }

  /** A bound of a date or timestamp column as an instant; zone-free times as UTC. */
  static Instant instant(Object bound) {
    return switch (bound) {
      case Instant instant -> instant;
      case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
      case LocalDate day -> day.atStartOfDay().toInstant(ZoneOffset.UTC);
      default -> throw new IllegalArgumentException("not a time: " + bound);
    };
  }

  @Override
  public void close() {
    if (committed) {
      return;
    }
    for (Change change : changes) {
      delete(change.added());
    }
  }

  /** Deletes files that will not be committed. */
  public static void delete(List<WrittenFile> files) {
    try {
      for (WrittenFile file : files) {
        Files.deleteIfExists(Path.of(file.path()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
