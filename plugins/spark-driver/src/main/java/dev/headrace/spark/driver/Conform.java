package dev.headrace.spark.driver;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.extract;
import static org.apache.spark.sql.functions.hour;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.map_from_arrays;
import static org.apache.spark.sql.functions.map_keys;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.minute;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import dev.headrace.spark.wire.Failure;
import dev.headrace.spark.wire.Failure.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.jspecify.annotations.Nullable;

/**
 * Gives rows the columns of a table: by name, in its order and types.
 *
 * <p>Spark would match the fields of structs by place; here they go by name, as columns do. A value
 * that does not fit is told with its column.
 */
final class Conform {
  /**
   * Begins a message that tells a column and a value; a control character, so that none is real.
   */
  private static final String MARK = "\u0001headrace:";

  private static final String UUID_TEXT =
      "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

  private Conform() {}

  static Dataset<Row> to(Dataset<Row> rows, Schema schema) {
    StructType yields = rows.schema();
    Map<String, StructField> byName = new HashMap<>();
    Set<String> wanted = new HashSet<>();
    schema.columns().forEach(column -> wanted.add(fold(column.name())));
    for (StructField field : yields.fields()) {
      if (byName.put(fold(field.name()), field) != null) {
        throw new Refusal(
            Reason.SCHEMA, "it yields the column '" + field.name() + "' twice", field.name());
      }
      if (!wanted.contains(fold(field.name()))) {
        throw new Refusal(
            Reason.SCHEMA,
            "it yields the column '" + field.name() + "', which the table lacks",
            field.name());
      }
    }
    List<Column> columns = new ArrayList<>();
    for (Types.NestedField column : schema.columns()) {
      StructField field = byName.get(fold(column.name()));
      if (field == null) {
        throw new Refusal(
            Reason.SCHEMA,
            "it does not yield the column '"
                + column.name()
                + "', but "
                + byName.values().stream().map(StructField::name).collect(Collectors.joining(", ")),
            column.name());
      }
      Column source = rows.col("`" + field.name().replace("`", "``") + "`");
      columns.add(
          conform(source, field.dataType(), column.type(), column.name(), Columns.isUuid(field))
              .as(column.name()));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static Column conform(
      Column column, DataType from, Type to, String path, boolean isUuid) {
    DataType wanted = written(to);
    if (from instanceof StructType struct && to.isStructType()) {
      return conformStruct(column, struct, to.asStructType(), path);
    }
    if (from instanceof ArrayType list && to.isListType()) {
      Type element = to.asListType().elementType();
      return from.sameType(wanted)
          ? column
          : transform(
              column, each -> conform(each, list.elementType(), element, path + ".element", false));
    }
    if (from instanceof MapType map && to.isMapType()) {
      Type key = to.asMapType().keyType();
      Type value = to.asMapType().valueType();
      return from.sameType(wanted)
          ? column
          : map_from_arrays(
              transform(
                  map_keys(column),
                  each -> conform(each, map.keyType(), key, path + ".key", false)),
              transform(
                  map_values(column),
                  each -> conform(each, map.valueType(), value, path + ".value", false)));
    }
    return switch (to.typeId()) {
      case UUID ->
          isUuid || from.sameType(DataTypes.NullType)
              ? column.cast(DataTypes.StringType)
              : when(column.isNotNull().and(column.rlike(UUID_TEXT)), lower(column))
                  .when(column.isNotNull(), refuse(column, path, "uuid"));
      case TIME -> micros(from instanceof TimeType ? column : safe(column, from, to, path));
      case BINARY, FIXED -> from instanceof BinaryType ? column : column.cast(DataTypes.BinaryType);
      default -> from.sameType(wanted) ? column : safe(column, from, to, path);
    };
  }

  private static Column conformStruct(
      Column column, StructType from, Types.StructType to, String path) {
    Map<String, StructField> byName = new HashMap<>();
    for (StructField field : from.fields()) {
      if (to.caseInsensitiveField(field.name()) == null) {
        throw new Refusal(
            Reason.SCHEMA,
            "it yields the field '" + path + "." + field.name() + "', which the table lacks",
            path);
      }
      byName.put(fold(field.name()), field);
    }
    List<Column> fields = new ArrayList<>();
    for (Types.NestedField field : to.fields()) {
      StructField source = byName.get(fold(field.name()));
      Column value =
          source == null
              ? lit(null).cast(written(field.type()))
              : conform(
                  column.getField(source.name()),
                  source.dataType(),
                  field.type(),
                  path + "." + field.name(),
                  Columns.isUuid(source));
      fields.add(value.as(field.name()));
    }
    return when(column.isNull(), lit(null)).otherwise(struct(fields.toArray(Column[]::new)));
  }

  /** A cast whose failure names the column. */
  private static Column safe(Column column, DataType from, Type to, String path) {
    DataType wanted = Columns.presented(to);
    Column cast = column.cast(wanted);
    if (from.sameType(DataTypes.NullType) || Cast.canUpCast(from, wanted)) {
      return cast;
    }
    Column tried = column.try_cast(wanted);
    return when(column.isNull().or(tried.isNotNull()), tried)
        .otherwise(refuse(column, path, wanted.sql().toLowerCase(Locale.ROOT)));
  }

  private static Column refuse(Column column, String path, String type) {
    return raise_error(
        concat(lit(MARK + path + "\u0001" + type + "\u0001"), column.cast(DataTypes.StringType)));
  }

  /** The failure that {@link #refuse} raised; null when the message is of someone else. */
  static @Nullable Failure failure(@Nullable String message, String trace) {
    if (message == null || !message.startsWith(MARK)) {
      return null;
    }
    String[] parts = message.substring(MARK.length()).split("\u0001", 3);
    return new Failure(
        Reason.CONVERSION,
        "the value '" + parts[2] + "' cannot be cast to " + parts[1],
        parts[0],
        -1,
        -1,
        trace);
  }

  /** The type of the values handed to the writer of files. */
  private static DataType written(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> {
        List<StructField> fields = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          fields.add(DataTypes.createStructField(field.name(), written(field.type()), true));
        }
        yield DataTypes.createStructType(fields);
      }
      case LIST -> DataTypes.createArrayType(written(type.asListType().elementType()), true);
      case MAP ->
          DataTypes.createMapType(
              written(type.asMapType().keyType()), written(type.asMapType().valueType()), true);
      case TIME -> DataTypes.LongType;
      default -> Columns.presented(type);
    };
  }

  private static Column micros(Column time) {
    Column minutes = hour(time).multiply(lit(60)).plus(minute(time)).cast(DataTypes.LongType);
    return minutes
        .multiply(lit(60_000_000L))
        .plus(extract(lit("SECOND"), time).multiply(lit(1_000_000)).cast(DataTypes.LongType));
  }
}
