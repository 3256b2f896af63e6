package dev.headrace.data.release;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Snapshot;
import dev.headrace.data.lake.VersionId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which days a table's rows changed on between two of its states, told from the files that came and
 * went: no query is run. Late rows for a day long past are found this way.
 */
public final class ChangedDays {
  private final Lake lake;
  private final ZoneId zone;

  /** By days of UTC alone. */
  public ChangedDays(Lake lake) {
    this(lake, ZoneOffset.UTC);
  }

  /**
   * @param zone in which days may begin, too
   */
  public ChangedDays(Lake lake, ZoneId zone) {
    this.lake = lake;
    this.zone = zone;
  }

  /** What is known of a change. */
  public sealed interface Extent {}

  /** Rows changed on these days and no others. */
  public record Exactly(DayRanges days) implements Extent {}

  /**
   * Every file was replaced, as in a table that is built as a whole: rows may have changed on all
   * days that had some or have some now.
   */
  public record Throughout(DayRanges days) implements Extent {}

  /** The change has no days: the table has no time column, as a dimension has none. */
  public record Timeless() implements Extent {}

  /** There is no telling: the earlier state is gone, or files lack metrics. */
  public record Unknown() implements Extent {}

  /**
   * How {@code table} changed since it was in {@code earlierState}.
   *
   * @param earlierState as in {@link Publication.Content#inputs}
   */
  public Extent since(Published published, String table, String earlierState) {
    Optional<Publication.Content> content = published.table(table).map(Publication::content);
    if (content.isEmpty() || !(content.get().data() instanceof Publication.Stored stored)) {
      return new Exactly(DayRanges.none()); // A view changes when what it reads changes.
    }
    Optional<Long> earlier = snapshotOf(earlierState);
    VersionId version = Relations.version(content.get());
    if (stored.time().isEmpty()) {
      // Without rows it may be one whose time column an older ledger does not name.
      return stored.rows() == 0 ? new Unknown() : new Timeless();
    }
    if (earlier.isEmpty() || !has(version, earlier.get())) {
      return new Unknown();
    }
    Optional<List<FileEntry>> changed =
        lake.changedFiles(version, earlier.get(), stored.snapshotId());
    if (changed.isEmpty()) {
      return new Unknown();
    }
    int column =
        lake.snapshot(version, stored.snapshotId())
            .schema()
            .field(stored.time().get().name())
            .orElseThrow()
            .id();
    DayRanges days = DayRanges.none();
    for (FileEntry file : changed.get()) {
      Optional<DayRanges> ofFile = days(file, column);
      if (ofFile.isEmpty()) {
        return new Unknown();
      }
      days = days.union(ofFile.get());
    }
    List<FileEntry> before = lake.files(version, earlier.get());
    return !before.isEmpty() && paths(changed.get()).containsAll(paths(before))
        ? new Throughout(days)
        : new Exactly(days);
  }

  private boolean has(VersionId version, long snapshotId) {
    return lake.snapshots(version).stream()
        .map(Snapshot::snapshotId)
        .anyMatch(id -> id == snapshotId);
  }

  /** States of stored tables are written {@code s} and the snapshot's number. */
  private static Optional<Long> snapshotOf(String state) {
    return state.matches("s\\d+")
        ? Optional.of(Long.valueOf(state.substring(1)))
        : Optional.empty();
  }

  private static Set<String> paths(List<FileEntry> files) {
    return files.stream().map(FileEntry::path).collect(Collectors.toSet());
  }

  private Optional<DayRanges> days(FileEntry file, int column) {
    FileEntry.Column bounds = file.columns().get(column);
    if (bounds == null) {
      return Optional.empty();
    }
    if (bounds.lower() == null || bounds.upper() == null) {
      return bounds.nulls() == file.rows() ? Optional.of(DayRanges.none()) : Optional.empty();
    }
    return Optional.of(days(Staged.instant(bounds.lower()), Staged.instant(bounds.upper()), zone));
  }

  /**
   * The days of all instants from the first to the last, both included. A table's days are those of
   * its own time column: in UTC where that is an instant, in the time zone where the statement
   * makes a date of one; so that both count.
   */
  public static DayRanges days(Instant first, Instant last, ZoneId zone) {
    LocalDate from = first.atZone(zone).toLocalDate();
    LocalDate to = last.atZone(zone).toLocalDate();
    return DayRanges.of(
        from.isBefore(day(first)) ? from : day(first),
        (to.isAfter(day(last)) ? to : day(last)).plusDays(1));
  }

  /** The day an instant counts to here, in UTC. */
  public static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
