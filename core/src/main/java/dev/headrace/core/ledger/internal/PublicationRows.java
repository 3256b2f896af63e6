package dev.headrace.core.ledger.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.core.ledger.DayRanges;
import dev.headrace.core.ledger.Publication;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How a publication is written to and read from its row. */
public final class PublicationRows {
  /** Columns in the order {@link #read} and {@link #insert} use them. */
  public static final String COLUMNS =
      "p.publication_id, p.parent_id, p.run_id, p.published_at, p.table_name, p.asset, p.kind,"
          + " p.fingerprint, p.identity, p.audit, p.state, p.snapshot_id, p.row_count,"
          + " p.byte_count, p.time_column, p.first_time, p.last_time, p.view_sql, p.inputs, p.days, p.expired_at";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PublicationRows() {}

  /** Reads the current row. */
  public static Publication read(ResultSet row) throws SQLException {
    long parent = row.getLong(2);
    OptionalLong parentId = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(parent);
    String viewSql = row.getString(18);
    Publication.Data data = viewSql == null ? stored(row) : new Publication.Virtual(viewSql);
    return new Publication(
        row.getLong(1),
        parentId,
        row.getLong(3),
        Instant.parse(row.getString(4)),
        new Publication.Content(
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            row.getString(9),
            row.getString(10),
            row.getString(11),
            data,
            parse(row.getString(19), new TypeReference<>() {}),
            days(row.getString(20))),
        row.getString(21) != null);
  }

  private static Publication.Data stored(ResultSet row) throws SQLException {
    String column = row.getString(15);
    Optional<Publication.TimeColumn> time =
        column == null
            ? Optional.empty()
            : Optional.of(
                new Publication.TimeColumn(column, range(row.getString(16), row.getString(17))));
    return new Publication.Stored(row.getLong(12), row.getLong(13), row.getLong(14), time);
  }

  private static Optional<Publication.TimeRange> range(
      @Nullable String first, @Nullable String last) {
    return first == null || last == null
        ? Optional.empty()
        : Optional.of(new Publication.TimeRange(Instant.parse(first), Instant.parse(last)));
  }

  /** Inserts a publication and returns it with its number. */
  public static Publication insert(
      LedgerDatabase.Transaction transaction,
      OptionalLong parent,
      long runId,
      Instant at,
      Publication.Content content)
      throws SQLException {
    long id = transaction.nextId("publication", "publication_id");
    Publication.Stored stored =
        content.data() instanceof Publication.Stored s
            ? s
            : new Publication.Stored(0, 0, 0, Optional.empty());
    Optional<Publication.TimeRange> time = stored.time().flatMap(Publication.TimeColumn::range);
    transaction.update(
        "insert into publication values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,null)",
        id,
        parent.isPresent() ? parent.getAsLong() : null,
        runId,
        at.toString(),
        content.table(),
        content.asset(),
        content.kind(),
        content.fingerprint(),
        content.identity(),
        content.audit(),
        content.state(),
        content.data() instanceof Publication.Stored ? stored.snapshotId() : null,
        stored.rows(),
        stored.bytes(),
        stored.time().map(Publication.TimeColumn::name).orElse(null),
        time.map(range -> range.first().toString()).orElse(null),
        time.map(range -> range.last().toString()).orElse(null),
        content.data() instanceof Publication.Virtual virtual ? virtual.sql() : null,
        text(new TreeMap<>(content.inputs())),
        text(
            content.days().ranges().stream()
                .map(range -> List.of(range.from().toString(), range.to().toString()))
                .toList()));
    return new Publication(id, parent, runId, at, content, false);
  }

  /** Whether a publication is another, or builds on it. */
  public static boolean continues(LedgerDatabase.Transaction transaction, long later, long earlier)
      throws SQLException {
    return !transaction
        .query(
            """
            with recursive line(id) as (
              select cast(? as bigint)
              union all
              select p.parent_id from publication p join line on p.publication_id = line.id
              where p.parent_id is not null)
            select id from line where id = ?
            """,
            row -> row.getLong(1),
            later,
            earlier)
        .isEmpty();
  }

  private static DayRanges days(String json) {
    List<List<String>> pairs = parse(json, new TypeReference<>() {});
    return new DayRanges(
        pairs.stream()
            .map(
                pair ->
                    new DayRanges.Range(LocalDate.parse(pair.get(0)), LocalDate.parse(pair.get(1))))
            .toList());
  }

  private static <T> T parse(String json, TypeReference<T> type) {
    if (json.equals("{}")) {
      // The common case by far; spares Jackson's start-up for projects of sources only.
      @SuppressWarnings("unchecked")
      T empty = (T) Map.of();
      return empty;
    }
    if (json.equals("[]")) {
      @SuppressWarnings("unchecked")
      T empty = (T) List.of();
      return empty;
    }
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds broken JSON: " + json, e);
    }
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
