package dev.headrace.ml.skew.internal;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.ml.features.Moments;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.engine.WriteTarget;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a {@link dev.headrace.ml.online.ServedLog}, as tables. */
public final class LoggedVectors {
  /** Key as a JSON array, status, state of the table it was put from, and values as JSON. */
  public static final List<String> COLUMNS = List.of("hr_key", "hr_status", "hr_source", "hr_json");

  private static final String LINES =
      "{'at': 'VARCHAR', view: 'VARCHAR', build: 'VARCHAR', source: 'VARCHAR', complete_to:"
          + " 'VARCHAR', 'key': 'JSON', status: 'VARCHAR', as_of: 'VARCHAR', 'values': 'JSON'}";

  private final SqlEngine trusted;
  private final List<Path> files;
  private final String all;

  private LoggedVectors(SqlEngine trusted, List<Path> files, Instant since) {
    this.trusted = trusted;
    this.files = files;
    this.all =
        "(select *, epoch_us(cast(\"at\" as timestamptz)) as read_at, epoch_us(cast(coalesce(as_of,"
            + " complete_to) as timestamptz)) as values_at from read_json([%s], format ="
                .formatted(
                    files.stream()
                        .map(file -> SqlQuotes.literal(file.toString()))
                        .collect(Collectors.joining(", ")))
            + " 'newline_delimited', columns = "
            + LINES
            + ") where cast(\"at\" as timestamptz) >= cast('"
            + since
            + "' as timestamptz)) v";
  }

  /**
   * The finished files of a log.
   *
   * @param trusted reads files that SQL names
   * @param since vectors read before are left out
   */
  public static LoggedVectors in(Path directory, SqlEngine trusted, Instant since) {
    if (!Files.isDirectory(directory)) {
      return new LoggedVectors(trusted, List.of(), since);
    }
    try (Stream<Path> found = Files.list(directory)) {
      return new LoggedVectors(
          trusted,
          found.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList(),
          since);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Vectors of one view by what is known of them. */
  public record Count(
      String view, String build, String status, boolean momentKnown, long vectors) {}

  /** What there is. */
  public List<Count> counts(Watch watch) {
    List<Count> counts = new ArrayList<>();
    if (files.isEmpty()) {
      return counts;
    }
    String sql =
        "select view, build, status, values_at is not null, count(*) from "
            + all
            + " group by all order by all";
    try (Rows rows = trusted.execute(Query.of(sql, Map.of()), watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        counts.add(
            new Count(
                String.valueOf(row.get(0)),
                String.valueOf(row.get(1)),
                String.valueOf(row.get(2)),
                Boolean.TRUE.equals(row.get(3)),
                row.get(4) instanceof Number n ? n.longValue() : 0));
      }
    }
    return counts;
  }

  /**
   * The vectors of one build that can be compared: {@link Moments}' columns, the keys and {@link
   * #COLUMNS}.
   *
   * @param directory for the table's files
   */
  public Relation.Files table(
      String view, String build, List<Field> keys, Path directory, Watch watch) {
    StringBuilder columns = new StringBuilder("row_number() over () as " + Moments.ID);
    for (int i = 0; i < keys.size(); i++) {
      columns.append(
          ", cast(json_extract_string(key, '$[%d]') as %s) as %s"
              .formatted(i, sqlType(keys.get(i).type()), SqlQuotes.identifier(keys.get(i).name())));
    }
    String sql =
        "select %s, values_at as %s, read_at as %s, cast(key as varchar) as hr_key, status as hr_status, coalesce(source, '') as hr_source, cast(\"values\" as varchar) as hr_json from %s where view = %s and build = %s and status <> 'UNAVAILABLE' and values_at is not null"
            .formatted(
                columns,
                Moments.VALUES_AT,
                Moments.READ_AT,
                all,
                SqlQuotes.literal(view),
                SqlQuotes.literal(build));
    Query query = Query.of(sql, Map.of());
    List<Field> fields = new ArrayList<>();
    for (Field field : trusted.describe(query).fields()) {
      fields.add(new Field(fields.size() + 1, field.name(), field.type()));
    }
    Schema schema = new Schema(fields);
    List<WrittenFile> written =
        trusted.write(query, new WriteTarget(directory, view, schema, Optional.empty()), watch);
    return new Relation.Files(
        schema,
        written.stream().map(WrittenFile::path).toList(),
        written.stream().mapToLong(WrittenFile::rows).sum());
  }

  private static String sqlType(Type type) {
    return switch (type) {
      case Type.Primitive.BOOLEAN -> "boolean";
      case Type.Primitive.INT -> "integer";
      case Type.Primitive.LONG -> "bigint";
      case Type.Primitive.DATE -> "date";
      case Type.Primitive.UUID -> "uuid";
      default -> "varchar";
    };
  }
}
