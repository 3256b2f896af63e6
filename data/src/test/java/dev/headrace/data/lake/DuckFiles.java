package dev.headrace.data.lake;

import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** A real engine in the smallest form: Parquet by field id in, Parquet by field id out. */
final class DuckFiles implements AutoCloseable {
  private final Connection connection;

  DuckFiles() {
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the rows of a query as one file. */
  List<WrittenFile> write(Path directory, Schema schema, String query) {
    return write(directory, schema, query, Optional.empty());
  }

  /** Writes the rows of a query as one file per UTC day of a column. */
  List<WrittenFile> writeByDay(Path directory, Schema schema, String query, String timeColumn) {
    List<WrittenFile> files = new ArrayList<>();
    for (List<Object> row :
        rows("select distinct cast(" + timeColumn + " as date) from (" + query + ") order by 1")) {
      if (row.getFirst() == null) {
        files.addAll(
            write(
                directory,
                schema,
                "select * from (" + query + ") where " + timeColumn + " is null",
                Optional.empty()));
      } else {
        LocalDate day = LocalDate.parse(row.getFirst().toString());
        files.addAll(
            write(
                directory,
                schema,
                "select * from (%s) where cast(%s as date) = date '%s'"
                    .formatted(query, timeColumn, day),
                Optional.of(day)));
      }
    }
    return files;
  }

  private List<WrittenFile> write(
      Path directory, Schema schema, String query, Optional<LocalDate> day) {
    Path file = directory.resolve(UUID.randomUUID() + ".parquet");
    String columns =
        schema.fields().stream()
            .map(
                field ->
                    "cast(%1$s as %2$s) as %1$s".formatted(quote(field.name()), sql(field.type())))
            .collect(Collectors.joining(", "));
    String ids =
        schema.fields().stream()
            .map(field -> quote(field.name()) + ": " + ids(field.id(), field.type()))
            .collect(Collectors.joining(", ", "{", "}"));
    String copy =
        "copy (select %s from (%s)) to '%s' (format parquet, return_stats, field_ids %s)"
            .formatted(columns, query, file, ids);
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(copy)) {
      List<WrittenFile> files = new ArrayList<>();
      while (result.next()) {
        @SuppressWarnings("unchecked")
        Map<String, Map<String, String>> stats =
            (Map<String, Map<String, String>>) result.getObject("column_statistics");
        files.add(
            new WrittenFile(
                file.toString(),
                result.getLong("count"),
                result.getLong("file_size_bytes"),
                metrics(schema, stats),
                day));
      }
      return files;
    } catch (SQLException e) {
      throw new IllegalStateException(copy, e);
    }
  }

  private static Map<Integer, WrittenFile.ColumnMetrics> metrics(
      Schema schema, Map<String, Map<String, String>> stats) {
    Map<String, Integer> idsByPath = new HashMap<>();
    schema
        .fields()
        .forEach(field -> paths(quote(field.name()), field.id(), field.type(), idsByPath));
    Map<Integer, WrittenFile.ColumnMetrics> metrics = new HashMap<>();
    stats.forEach(
        (path, values) -> {
          Integer id = idsByPath.get(path);
          if (id != null && values.containsKey("column_size_bytes")) {
            boolean hasNan = "true".equals(values.get("has_nan"));
            metrics.put(
                id,
                new WrittenFile.ColumnMetrics(
                    Long.parseLong(values.get("column_size_bytes")),
                    Long.parseLong(values.get("num_values")),
                    Long.parseLong(values.get("null_count")),
                    hasNan ? null : values.get("min"),
                    hasNan ? null : values.get("max")));
          }
        });
    return metrics;
  }

  private static void paths(String path, int id, Type type, Map<String, Integer> ids) {
    switch (type) {
      case Type.Struct(List<Field> fields) ->
          fields.forEach(
              field -> paths(path + "." + quote(field.name()), field.id(), field.type(), ids));
      case Type.ListOf(int elementId, Type element) ->
          paths(path + ".\"element\"", elementId, element, ids);
      case Type.MapOf(int keyId, Type key, int valueId, Type value) -> {
        paths(path + ".\"key\"", keyId, key, ids);
        paths(path + ".\"value\"", valueId, value, ids);
      }
      case Type.Primitive ignored -> ids.put(path, id);
      case Type.Decimal ignored -> ids.put(path, id);
    }
  }

  private static String ids(int id, Type type) {
    return switch (type) {
      case Type.Struct(List<Field> fields) ->
          fields.stream()
              .map(field -> quote(field.name()) + ": " + ids(field.id(), field.type()))
              .collect(Collectors.joining(", ", "{__duckdb_field_id: " + id + ", ", "}"));
      case Type.ListOf(int elementId, Type element) ->
          "{__duckdb_field_id: " + id + ", element: " + ids(elementId, element) + "}";
      case Type.MapOf(int keyId, Type key, int valueId, Type value) ->
          "{__duckdb_field_id: %d, key: %s, value: %s}"
              .formatted(id, ids(keyId, key), ids(valueId, value));
      default -> Integer.toString(id);
    };
  }

  /** All rows of the files, top-level columns read by id, sorted by their text. */
  List<List<Object>> read(Relation.Files files) {
    return query(files, "select * from t").stream()
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .toList();
  }

  /** Runs SQL over the files as table {@code t}. */
  List<List<Object>> query(Relation.Files files, String sql) {
    String from;
    if (files.files().isEmpty()) {
      from =
          files.schema().fields().stream()
              .map(
                  field ->
                      "cast(null as %s) as %s".formatted(sql(field.type()), quote(field.name())))
              .collect(Collectors.joining(", ", "select ", " where false"));
    } else {
      String map =
          files.schema().fields().stream()
              .map(
                  field ->
                      "%d: {name: '%s', type: '%s', default_value: null}"
                          .formatted(field.id(), field.name(), sql(field.type())))
              .collect(Collectors.joining(", ", "map {", "}"));
      from =
          "select * from read_parquet([%s], schema=%s)"
              .formatted(
                  files.files().stream()
                      .map(path -> "'" + path + "'")
                      .collect(Collectors.joining(", ")),
                  map);
    }
    return rows("with t as (" + from + ") " + sql);
  }

  List<List<Object>> rows(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(Collections.unmodifiableList(row));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  void execute(String sql, Object... parameters) {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  static String sql(Type type) {
    return switch (type) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case LONG -> "bigint";
            case INT -> "integer";
            case STRING -> "varchar";
            case TIMESTAMPTZ -> "timestamptz";
            case BINARY -> "blob";
            default -> primitive.name();
          };
      case Type.Decimal(int precision, int scale) -> "decimal(" + precision + "," + scale + ")";
      case Type.Struct(List<Field> fields) ->
          fields.stream()
              .map(field -> quote(field.name()) + " " + sql(field.type()))
              .collect(Collectors.joining(", ", "struct(", ")"));
      case Type.ListOf(int id, Type element) -> sql(element) + "[]";
      case Type.MapOf(int keyId, Type key, int valueId, Type value) ->
          "map(" + sql(key) + ", " + sql(value) + ")";
    };
  }

  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
