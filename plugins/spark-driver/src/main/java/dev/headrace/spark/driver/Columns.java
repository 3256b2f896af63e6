package dev.headrace.spark.driver;

import dev.headrace.spark.wire.Failure.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;

/**
 * The types of lake tables and those of Spark.
 *
 * <p>Spark has no UUID: a column of UUIDs is text with a note in its metadata, which goes with it
 * through a query as long as it is handed on unchanged.
 */
final class Columns {
  private static final String UUID_NOTE = "headrace.uuid";

  private Columns() {}

  /** A table's columns as queries see them. */
  static StructType presented(List<Types.NestedField> fields) {
    StructField[] presented = new StructField[fields.size()];
    for (int i = 0; i < presented.length; i++) {
      Types.NestedField field = fields.get(i);
      presented[i] =
          new StructField(field.name(), presented(field.type()), true, note(field.type()));
    }
    return new StructType(presented);
  }

  static Metadata note(Type type) {
    return type.typeId() == Type.TypeID.UUID
        ? new MetadataBuilder().putBoolean(UUID_NOTE, true).build()
        : Metadata.empty();
  }

  static boolean isUuid(StructField field) {
    return field.metadata().contains(UUID_NOTE) && field.dataType() instanceof StringType;
  }

  static DataType presented(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> presented(type.asStructType().fields());
      case LIST -> DataTypes.createArrayType(presented(type.asListType().elementType()), true);
      case MAP ->
          DataTypes.createMapType(
              presented(type.asMapType().keyType()), presented(type.asMapType().valueType()), true);
      case UUID -> DataTypes.StringType;
      default -> primitive(type);
    };
  }

  private static DataType primitive(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> DataTypes.BooleanType;
      case INTEGER -> DataTypes.IntegerType;
      case LONG -> DataTypes.LongType;
      case FLOAT -> DataTypes.FloatType;
      case DOUBLE -> DataTypes.DoubleType;
      case DATE -> DataTypes.DateType;
      case TIME -> TimeType.apply(TimeType.MICROS_PRECISION());
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC()
              ? DataTypes.TimestampType
              : DataTypes.TimestampNTZType;
      case STRING -> DataTypes.StringType;
      case BINARY, FIXED -> DataTypes.BinaryType;
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield DataTypes.createDecimalType(decimal.precision(), decimal.scale());
      }
      default ->
          throw new Refusal(
              Reason.TYPE_UNSUPPORTED, "Spark has no type for " + type, type.toString());
    };
  }

  /** A result's columns as Iceberg's JSON, in UTF-8. */
  static byte[] told(StructType columns) {
    int[] id = {0};
    List<Types.NestedField> fields = new ArrayList<>();
    for (StructField field : columns.fields()) {
      fields.add(told(field, field.name(), id));
    }
    return SchemaParser.toJson(new Schema(fields)).getBytes(StandardCharsets.UTF_8);
  }

  private static Types.NestedField told(StructField field, String path, int[] id) {
    int own = ++id[0];
    Type type = isUuid(field) ? Types.UUIDType.get() : told(field.dataType(), path, id);
    return Types.NestedField.optional(own, field.name(), type);
  }

  private static Type told(DataType type, String path, int[] id) {
    if (type instanceof StructType struct) {
      List<Types.NestedField> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        fields.add(told(field, path + "." + field.name(), id));
      }
      return Types.StructType.of(fields);
    }
    if (type instanceof ArrayType list) {
      int own = ++id[0];
      return Types.ListType.ofOptional(own, told(list.elementType(), path, id));
    }
    if (type instanceof MapType map) {
      int key = ++id[0];
      int value = ++id[0];
      return Types.MapType.ofOptional(
          key, value, told(map.keyType(), path, id), told(map.valueType(), path, id));
    }
    if (type instanceof DecimalType decimal) {
      return Types.DecimalType.of(decimal.precision(), decimal.scale());
    }
    if (type instanceof StringType) {
      return Types.StringType.get();
    }
    if (type instanceof TimeType) {
      return Types.TimeType.get();
    }
    return switch (type.typeName()) {
      case "boolean" -> Types.BooleanType.get();
      case "byte", "short", "integer", "tinyint", "smallint", "int" -> Types.IntegerType.get();
      case "long", "bigint" -> Types.LongType.get();
      case "float" -> Types.FloatType.get();
      case "double" -> Types.DoubleType.get();
      case "date" -> Types.DateType.get();
      case "timestamp" -> Types.TimestampType.withZone();
      case "timestamp_ntz" -> Types.TimestampType.withoutZone();
      case "binary" -> Types.BinaryType.get();
      // A column that is only NULL says nothing of its type.
      case "void" -> Types.StringType.get();
      default ->
          throw new Refusal(Reason.TYPE_UNSUPPORTED, "a table has no type " + type.sql(), path);
    };
  }
}
