package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the SELECT that reads a table's files by field id.
 *
 * <p>Files are grouped by the schema they were written with; a table that never changed is one
 * plain {@code read_parquet}. For the others each column is an expression over the file's own
 * names: renamed, cast, rebuilt where a nested field changed, or NULL where the file does not know
 * the id. DuckDB's {@code read_parquet(schema = MAP …)} would be shorter, but matches nested fields
 * by name, and hides row counts and bounds from the optimizer, which then orders joins blindly.
 */
final class ParquetScan {
  private final FileSchemas schemas;
  private final Relation.Files files;

  private ParquetScan(FileSchemas schemas, Relation.Files files) {
    this.schemas = schemas;
    this.files = files;
  }

  /** The SELECT for {@code files}. */
  static String of(Relation.Files files, FileSchemas schemas) {
    return files.files().isEmpty() ? empty(files.schema()) : new ParquetScan(schemas, files).sql();
  }

  /** A SELECT that yields these columns and no row. */
  static String empty(Schema schema) {
    return schema.fields().stream()
        .map(field -> nullOf(field) + " AS " + SqlQuotes.identifier(field.name()))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  private static String nullOf(Field field) {
    return "CAST(NULL AS " + DuckDbTypes.toSql(field.type()) + ")";
  }

  private String sql() {
    Map<Schema, List<String>> groups = new LinkedHashMap<>();
    List<Schema> found = schemas.of(files.files());
    for (int i = 0; i < found.size(); i++) {
      groups.computeIfAbsent(found.get(i), schema -> new ArrayList<>()).add(files.files().get(i));
    }
    return groups.entrySet().stream()
        .map(group -> select(group.getKey(), group.getValue()))
        .collect(Collectors.joining(" UNION ALL "));
  }

  private String select(Schema inFile, List<String> paths) {
    String list =
        paths.stream().map(SqlQuotes::literal).collect(Collectors.joining(", ", "[", "]"));
    return select(inFile) + "FROM read_parquet(" + list + ", hive_partitioning=false)";
  }

  /** Nothing where the files hold what is wanted as it is wanted: short texts bind faster. */
  private String select(Schema inFile) {
    return inFile.equals(files.schema())
        ? ""
        : files.schema().fields().stream()
            .map(field -> column(field, inFile))
            .collect(Collectors.joining(", ", "SELECT ", " "));
  }

  private static String column(Field field, Schema inFile) {
    String name = SqlQuotes.identifier(field.name());
    Field stored = byId(inFile.fields(), field.id());
    if (stored == null) {
      return nullOf(field) + " AS " + name;
    }
    String source = SqlQuotes.identifier(stored.name());
    String expression = convert(source, stored.type(), field.type(), 0);
    return expression.equals(name) ? name : expression + " AS " + name;
  }

  private static @Nullable Field byId(List<Field> fields, int id) {
    for (Field field : fields) {
      if (field.id() == id) {
        return field;
      }
    }
    return null;
  }

  /** The expression that makes {@code wanted} of {@code source}, nested fields by their ids. */
  private static String convert(String source, Type stored, Type wanted, int depth) {
    if (stored.equals(wanted)) {
      return source;
    }
    String x = "x" + depth;
    if (stored instanceof Type.Struct from && wanted instanceof Type.Struct to) {
      String fields =
          to.fields().stream()
              .map(
                  field ->
                      SqlQuotes.identifier(field.name())
                          + " := "
                          + member(source, from, field, depth))
              .collect(Collectors.joining(", ", "struct_pack(", ")"));
      return "CASE WHEN " + source + " IS NOT NULL THEN " + fields + " END";
    }
    if (stored instanceof Type.ListOf from && wanted instanceof Type.ListOf to) {
      return "list_transform("
          + source
          + ", lambda "
          + x
          + ": "
          + convert(x, from.element(), to.element(), depth + 1)
          + ")";
    }
    if (stored instanceof Type.MapOf from && wanted instanceof Type.MapOf to) {
      return "map_from_entries(list_transform(map_entries("
          + source
          + "), lambda "
          + x
          + ": struct_pack(k := "
          + convert(x + ".key", from.key(), to.key(), depth + 1)
          + ", v := "
          + convert(x + ".value", from.value(), to.value(), depth + 1)
          + ")))";
    }
    return "CAST(" + source + " AS " + DuckDbTypes.toSql(wanted) + ")";
  }

  private static String member(String source, Type.Struct from, Field wanted, int depth) {
    Field stored = byId(from.fields(), wanted.id());
    return stored == null
        ? nullOf(wanted)
        : convert(
            "struct_extract(" + source + ", " + SqlQuotes.literal(stored.name()) + ")",
            stored.type(),
            wanted.type(),
            depth + 1);
  }
}
