package dev.headrace.data.tables;

import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.run.StepContext;
import dev.headrace.data.lake.Between;
import dev.headrace.data.lake.Change;
import dev.headrace.data.lake.Evolution;
import dev.headrace.data.lake.FileEntry;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.Layout;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.Staged;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.data.tables.TableSpec.Growth;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one build into files that wait to be committed. */
final class TableWriter {
  private final Lake lake;
  private final SqlEngine engine;
  private final OwnDays ownDays;

  TableWriter(Lake lake, SqlEngine engine, OwnDays ownDays) {
    this.lake = lake;
    this.engine = engine;
    this.ownDays = ownDays;
  }

  /**
   * What is written and where.
   *
   * @param query the table's statement over its inputs, without parameters
   * @param answers makes a query of a statement that asks models
   * @param lookFor conditions that ought to be true of no row, by the columns that are written
   * @param base the snapshot to build on; empty to start from nothing
   */
  record Target(
      VersionId version,
      TableSpec spec,
      Query query,
      UnaryOperator<Query> answers,
      Function<Schema, List<String>> lookFor,
      Optional<Long> base,
      StepContext context) {

    /** The statement with values for its parameters, its models asked. */
    Query bound(Map<String, Object> parameters) {
      return answers.apply(new Query(query.sql(), query.relations(), parameters, query.origin()));
    }
  }

  /** All rows anew. */
  Staged rebuild(Target target) {
    Query query = target.bound(Map.of());
    Schema schema = schema(target, query);
    boolean byKey = target.spec().growth() == Growth.BY_KEY;
    if (byKey) {
      ResultColumns.requireKey(target.version().table(), target.spec(), schema);
    }
    List<WrittenFile> files = write(target, query, schema, "all", Optional.empty());
    boolean done = false;
    try {
      if (byKey) {
        requireDistinctKeys(target, files(schema, files));
      }
      done = true;
    } finally {
      if (!done) {
        Staged.delete(files);
      }
    }
    return new Staged(
        lake,
        target.version(),
        target.base(),
        schema,
        Layout.whole(),
        List.of(new Change.Replace(files)));
  }

  /**
   * The rows of the given days take the place of those that are there.
   *
   * @param dropped days whose rows go, with none in their place
   */
  Staged days(Target target, DayRanges days, DayRanges dropped) {
    Query described = within(target, LocalDate.EPOCH, LocalDate.EPOCH.plusDays(1), null);
    Schema schema = schema(target, described);
    Field field = ResultColumns.time(target.version().table(), target.spec(), schema);
    ownDays.require(
        target.version().table(),
        target.spec(),
        described.sql(),
        OwnDays.inputs(target.context().published(), described.relations(), engine),
        schema);
    List<Change> changes = new ArrayList<>();
    for (DayRanges.Range range : dropped.ranges()) {
      changes.add(new Change.ReplaceDays(range.from(), range.to(), List.of()));
    }
    List<WrittenFile> written = new ArrayList<>();
    boolean done = false;
    try {
      for (DayRanges.Range range : days.ranges()) {
        Query query = within(target, range.from(), range.to(), field.type());
        List<WrittenFile> files =
            write(target, query, schema, range.from().toString(), Optional.of(field.name()));
        written.addAll(files);
        requireTimes(target, files);
        changes.add(new Change.ReplaceDays(range.from(), range.to(), files));
      }
      done = true;
    } finally {
      if (!done) {
        Staged.delete(written);
      }
    }
    if (changes.isEmpty()) {
      changes.add(new Change.Replace(List.of())); // No input has a row yet.
    }
    return new Staged(
        lake, target.version(), target.base(), schema, Layout.byDayOf(field.name()), changes);
  }

  /**
   * The statement with {@code $from} and {@code $to} bound, and held to them: a statement whose own
   * condition is wider must not duplicate the rows of other days.
   */
  private static Query within(Target target, LocalDate from, LocalDate to, @Nullable Type type) {
    String time = SqlQuotes.identifier(String.valueOf(target.spec().time()));
    Query bound = target.bound(Map.of("from", bound(from, type), "to", bound(to, type)));
    String sql =
        "select * from (\n"
            + bound.sql()
            + "\n) as rows_of_days where ("
            + time
            + " >= $from and "
            + time
            + " < $to) or "
            + time
            + " is null";
    return new Query(sql, bound.relations(), bound.parameters());
  }

  private static Object bound(LocalDate day, @Nullable Type type) {
    if (type == Type.Primitive.TIMESTAMPTZ) {
      return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    return type == Type.Primitive.DATE ? day : day.atStartOfDay();
  }

  private static void requireTimes(Target target, List<WrittenFile> files) {
    long without =
        files.stream().filter(file -> file.day().isEmpty()).mapToLong(WrittenFile::rows).sum();
    if (without > 0) {
      throw new HeadraceException(
          TableError.TABLE_TIME_NULL,
          "Cannot build '%s' by day: %d rows have no '%s'."
              .formatted(target.version().table(), without, target.spec().time()),
          "Filter them out, or keep them in a table of their own.");
    }
  }

  /**
   * New rows take the place of those with the same key. Only files that may hold one of the keys
   * are rewritten. Keys are compared as one: a null equals a null.
   */
  Staged merge(Target target) {
    Query query = target.bound(Map.of());
    Schema schema = schema(target, query);
    ResultColumns.requireKey(target.version().table(), target.spec(), schema);
    List<WrittenFile> fresh = write(target, query, schema, "new", Optional.empty());
    List<WrittenFile> written = new ArrayList<>(fresh);
    boolean done = false;
    try {
      Relation.Files newRows = files(schema, fresh);
      requireDistinctKeys(target, newRows);
      List<FileEntry> old = fresh.isEmpty() ? List.of() : mayHold(target, newRows);
      List<WrittenFile> kept = rewrite(target, schema, newRows, old);
      written.addAll(kept);
      Set<String> removed = old.stream().map(FileEntry::path).collect(Collectors.toSet());
      Staged staged =
          new Staged(
              lake,
              target.version(),
              target.base(),
              schema,
              Layout.whole(),
              List.of(new Change.Rewrite(removed, written)));
      done = true;
      return staged;
    } finally {
      if (!done) {
        Staged.delete(written);
      }
    }
  }

  private void requireDistinctKeys(Target target, Relation.Files rows) {
    String key = key(target, "");
    Query query =
        Query.of(
            "select %s, count(*) as n from new_rows group by %s having count(*) > 1 limit 1"
                .formatted(key, key),
            Map.of("new_rows", rows));
    try (Rows duplicates = engine.execute(query, target.context().watch())) {
      List<@Nullable Object> row = duplicates.next();
      if (row != null) {
        throw new HeadraceException(
            TableError.TABLE_KEY_DUPLICATE,
            "Cannot merge into '%s': %s new rows have the key %s."
                .formatted(target.version().table(), row.getLast(), row.subList(0, row.size() - 1)),
            "Let the statement yield one row per key, for example with qualify row_number() over"
                + " (partition by KEY order by TIME desc) = 1.");
      }
    }
  }

  /** Files of the base whose bounds do not rule out the first key column's new values. */
  private List<FileEntry> mayHold(Target target, Relation.Files newRows) {
    if (target.base().isEmpty()) {
      return List.of();
    }
    String column = target.spec().key().getFirst();
    String quoted = SqlQuotes.identifier(column);
    Query range =
        Query.of(
            "select min(%s), max(%s), count(*) - count(%s) from new_rows"
                .formatted(quoted, quoted, quoted),
            Map.of("new_rows", newRows));
    try (Rows rows = engine.execute(range, target.context().watch())) {
      List<@Nullable Object> row = rows.next();
      boolean hasNulls = row != null && row.get(2) instanceof Number nulls && nulls.longValue() > 0;
      return row == null || hasNulls || !isComparable(row.get(0))
          ? lake.files(target.version(), target.base().get())
          : lake.files(
              target.version(), target.base().get(), new Between(column, row.get(0), row.get(1)));
    }
  }

  private static boolean isComparable(@Nullable Object bound) {
    return bound instanceof Number
        || bound instanceof String
        || bound instanceof LocalDate
        || bound instanceof Instant
        || bound instanceof java.time.LocalDateTime;
  }

  /** The rows of the old files whose key is not among the new rows. */
  private List<WrittenFile> rewrite(
      Target target, Schema schema, Relation.Files newRows, List<FileEntry> old) {
    if (old.isEmpty()) {
      return List.of();
    }
    String condition =
        target.spec().key().stream()
            .map(SqlQuotes::identifier)
            .map(column -> "n." + column + " is not distinct from o." + column)
            .collect(Collectors.joining(" and "));
    Map<String, Relation> relations = new HashMap<>();
    relations.put("new_rows", newRows);
    relations.put(
        "old_rows",
        new Relation.Files(
            schema,
            old.stream().map(FileEntry::path).toList(),
            old.stream().mapToLong(FileEntry::rows).sum()));
    Query query =
        Query.of(
            "select o.* from old_rows o where not exists (select 1 from new_rows n where "
                + condition
                + ")",
            relations);
    return write(target, query, schema, "kept", Optional.empty());
  }

  private static String key(Target target, String prefix) {
    return target.spec().key().stream()
        .map(column -> prefix + SqlQuotes.identifier(column))
        .collect(Collectors.joining(", "));
  }

  private Schema schema(Target target, Query query) {
    return lake.assignIds(
        target.version(),
        target.base(),
        engine.describe(query),
        target.base().isPresent() ? Evolution.WIDEN : Evolution.REPLACE);
  }

  private List<WrittenFile> write(
      Target target, Query query, Schema schema, String part, Optional<String> splitByDayOf) {
    return engine.write(
        query,
        new WriteTarget(
                lake.stagingDirectory(target.version()),
                target.context().filePrefix() + part,
                schema,
                splitByDayOf)
            .lookingFor(target.lookFor().apply(schema)),
        target.context().watch());
  }

  private static Relation.Files files(Schema schema, List<WrittenFile> files) {
    return new Relation.Files(
        schema,
        files.stream().map(WrittenFile::path).toList(),
        files.stream().mapToLong(WrittenFile::rows).sum());
  }
}
