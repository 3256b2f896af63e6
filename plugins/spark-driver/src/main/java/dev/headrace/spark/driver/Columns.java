package dev.headrace.spark.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.spark.wire.Failure.Reason;
import dev.headrace.spark.wire.Frames;
import java.util.List;
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
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
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

  /**
   * A result's columns as a schema in Iceberg's JSON, in UTF-8. Not by Iceberg, which refuses what
   * a result may have: two columns of one name.
   */
  static byte[] told(StructType columns) throws JsonProcessingException {
    return Frames.JSON.writeValueAsBytes(struct(columns, ""));
  }

  private static ObjectNode struct(StructType columns, String path) {
    ObjectNode struct = NODES.objectNode().put("type", "struct");
    ArrayNode fields = struct.putArray("fields");
    for (StructField field : columns.fields()) {
      String name = path.isEmpty() ? field.name() : path + "." + field.name();
      ObjectNode told = fields.addObject().put("id", 0).put("name", field.name());
      told.put("required", false);
      told.set("type", isUuid(field) ? NODES.textNode("uuid") : told(field.dataType(), name));
    }
    return struct;
  }

  private static JsonNode told(DataType type, String path) {
    if (type instanceof StructType struct) {
      return struct(struct, path);
    }
    if (type instanceof ArrayType list) {
      ObjectNode node = NODES.objectNode().put("type", "list").put("element-id", 0);
      node.put("element-required", false);
      return node.set("element", told(list.elementType(), path));
    }
    if (type instanceof MapType map) {
      ObjectNode node = NODES.objectNode().put("type", "map").put("key-id", 0);
      node.set("key", told(map.keyType(), path));
      node.put("value-id", 0).put("value-required", false);
      return node.set("value", told(map.valueType(), path));
    }
    if (type instanceof DecimalType decimal) {
      return NODES.textNode("decimal(" + decimal.precision() + ", " + decimal.scale() + ")");
    }
    if (type instanceof StringType) {
      return NODES.textNode("string");
    }
    if (type instanceof TimeType) {
      return NODES.textNode("time");
    }
    return NODES.textNode(
        switch (type.typeName()) {
          case "byte", "short", "integer", "tinyint", "smallint", "int" -> "int";
          case "long", "bigint" -> "long";
          case "boolean", "float", "double", "date", "binary" -> type.typeName();
          case "timestamp" -> "timestamptz";
          case "timestamp_ntz" -> "timestamp";
          // A column that is only NULL says nothing of its type.
          case "void" -> "string";
          default ->
              throw new Refusal(Reason.TYPE_UNSUPPORTED, "a table has no type " + type.sql(), path);
        });
  }
}
