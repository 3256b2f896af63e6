package dev.headrace.data.duckdb;

import dev.headrace.data.duckdb.FieldIds.Leaf;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.WrittenFile;
import dev.headrace.spi.engine.WrittenFile.ColumnMetrics;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type.Primitive;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what {@code COPY … (RETURN_STATS)} tells of the files it has written. */
final class FileMetrics {
  private FileMetrics() {}

  static List<WrittenFile> read(ResultSet stats, Schema schema, String dayColumn, Query query)
      throws SQLException {
    Map<String, Leaf> leaves = FieldIds.leaves(schema.fields());
    List<WrittenFile> files = new ArrayList<>();
    while (stats.next()) {
      Map<Integer, ColumnMetrics> columns = new HashMap<>();
      texts(stats, "column_statistics")
          .forEach(
              (path, values) -> {
                Leaf leaf = leaves.get(path);
                if (leaf != null) {
                  columns.put(leaf.id(), metrics((Map<?, ?>) values, leaf));
                }
              });
      files.add(
          new WrittenFile(
              stats.getString("filename"),
              stats.getLong("count"),
              stats.getLong("file_size_bytes"),
              columns,
              day((String) texts(stats, "partition_keys").get(dayColumn), query)));
    }
    return files;
  }

  @SuppressWarnings("unchecked") // DuckDB declares the column as a map of texts.
  private static Map<String, Object> texts(ResultSet stats, String column) throws SQLException {
    Object value = stats.getObject(column);
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  private static ColumnMetrics metrics(Map<?, ?> values, Leaf leaf) {
    // Doubles that hold NaN have bounds over the other values only, which would hide the NaNs from
    // a reader that prunes by them.
    boolean bounded = !"true".equals(values.get("has_nan"));
    return new ColumnMetrics(
        number(values, "column_size_bytes"),
        number(values, "num_values"),
        number(values, "null_count"),
        bounded ? bound(values.get("min"), leaf) : null,
        bounded ? bound(values.get("max"), leaf) : null);
  }

  private static long number(Map<?, ?> values, String key) {
    Object value = values.get(key);
    return value == null ? 0 : Long.parseLong(value.toString());
  }

  private static @Nullable String bound(@Nullable Object value, Leaf leaf) {
    if (value == null) {
      return null;
    }
    String text = value.toString();
    if (!(leaf.type() instanceof Primitive primitive)) {
      return text;
    }
    return switch (primitive) {
      case BOOLEAN -> text.equals("1") || text.equals("true") ? "true" : "false";
      // No calendar of the reader's has infinity, nor years before Christ in this form.
      case DATE, TIMESTAMP, TIMESTAMPTZ ->
          text.contains("infinity") || text.contains("(BC)") ? null : text;
      case INT, LONG, FLOAT, DOUBLE, TIME, STRING, UUID, BINARY -> text;
    };
  }

  private static Optional<LocalDate> day(@Nullable String text, Query query) {
    if (text == null || text.equals("NULL")) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(text));
    } catch (DateTimeException e) {
      throw new HeadraceException(
          DuckDbErrorCode.DUCKDB_VALUE,
          "Cannot write '" + query.origin().file() + "': the time '" + text + "' is on no day.",
          "Replace infinite and ancient times by NULL.",
          query.origin(),
          e);
    }
  }
}
