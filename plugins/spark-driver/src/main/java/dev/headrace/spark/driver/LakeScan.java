package dev.headrace.spark.driver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.map_from_arrays;
import static org.apache.spark.sql.functions.map_keys;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import dev.headrace.spark.wire.Failure.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads Parquet files by field id.
 *
 * <p>Columns are asked for under names that no file has. Spark finds them by id all the same; but
 * it pushes conditions down to the files by name, and takes types from them by name, and an old
 * file's column of that name may be another one: rows would be skipped by its bounds.
 */
final class LakeScan {
  private static final String FIELD_ID = "parquet.field.id";

  private LakeScan() {}

  static Dataset<Row> read(
      SparkSession session, Schema schema, List<String> paths, Directories directories) {
    if (paths.isEmpty()) {
      return session.createDataFrame(List.of(), Columns.presented(schema.columns()));
    }
    for (String path : paths) {
      directories.requireInside(path);
      if (!Files.isRegularFile(Path.of(path))) {
        throw new Refusal(Reason.IO, "the file '" + path + "' is not there", path);
      }
    }
    WholeColumns.check(session, schema, paths);
    Dataset<Row> raw =
        session
            .read()
            .schema(asked(schema))
            .option("recursiveFileLookup", "true") // No columns out of directory names.
            .option("__globPaths__", "false")
            // Whatever file system a cluster's settings take paths to be of.
            .parquet(paths.stream().map(path -> "file:" + path).toArray(String[]::new));
    List<Column> columns = new ArrayList<>();
    for (Types.NestedField field : schema.columns()) {
      columns.add(
          presented(col(name(field)), field.type()).as(field.name(), Columns.note(field.type())));
    }
    return raw.select(columns.toArray(Column[]::new));
  }

  private static String name(Types.NestedField field) {
    return "__headrace_" + field.fieldId();
  }

  private static StructType asked(Schema schema) {
    List<StructField> fields = new ArrayList<>();
    for (Types.NestedField field : schema.columns()) {
      fields.add(new StructField(name(field), stored(field.type()), true, id(field)));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static Metadata id(Types.NestedField field) {
    return new MetadataBuilder().putLong(FIELD_ID, field.fieldId()).build();
  }

  /** The type as Spark reads it from files: a UUID is 16 bytes. */
  private static DataType stored(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> {
        List<StructField> fields = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          fields.add(new StructField(name(field), stored(field.type()), true, id(field)));
        }
        yield new StructType(fields.toArray(StructField[]::new));
      }
      case LIST -> DataTypes.createArrayType(stored(type.asListType().elementType()), true);
      case MAP ->
          DataTypes.createMapType(
              stored(type.asMapType().keyType()), stored(type.asMapType().valueType()), true);
      case UUID -> DataTypes.BinaryType;
      default -> Columns.presented(type);
    };
  }

  private static Column presented(Column column, Type type) {
    if (!holdsUuid(type)) {
      // Spark casts structs by place: this gives their fields their names.
      return type.isPrimitiveType() ? column : column.cast(Columns.presented(type));
    }
    return switch (type.typeId()) {
      case UUID ->
          regexp_replace(lower(hex(column)), "(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
      case STRUCT -> {
        List<Column> fields = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          fields.add(
              presented(column.getField(name(field)), field.type())
                  .as(field.name(), Columns.note(field.type())));
        }
        yield when(column.isNull(), lit(null)).otherwise(struct(fields.toArray(Column[]::new)));
      }
      case LIST -> transform(column, each -> presented(each, type.asListType().elementType()));
      default ->
          map_from_arrays(
              transform(map_keys(column), each -> presented(each, type.asMapType().keyType())),
              transform(map_values(column), each -> presented(each, type.asMapType().valueType())));
    };
  }

  private static boolean holdsUuid(Type type) {
    return switch (type.typeId()) {
      case UUID -> true;
      case STRUCT ->
          type.asStructType().fields().stream().anyMatch(field -> holdsUuid(field.type()));
      case LIST -> holdsUuid(type.asListType().elementType());
      case MAP -> holdsUuid(type.asMapType().keyType()) || holdsUuid(type.asMapType().valueType());
      default -> false;
    };
  }
}
