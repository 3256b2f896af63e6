package dev.headrace.data.lake.internal;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types;

/** Our schemas as Iceberg's and back; ids, names and order are kept. */
public final class Schemas {
  static org.apache.iceberg.Schema toIceberg(Schema schema) {
    return new org.apache.iceberg.Schema(toIceberg(schema.fields()));
  }

  public static Schema fromIceberg(org.apache.iceberg.Schema schema) {
    return new Schema(fromIceberg(schema.columns()));
  }

  /** The schema a snapshot was committed with. */
  public static org.apache.iceberg.Schema of(TableMetadata metadata, Snapshot snapshot) {
    return Objects.requireNonNull(
        metadata.schemasById().get(snapshot.schemaId()), "schema of the snapshot");
  }

  private static List<Types.NestedField> toIceberg(List<Field> fields) {
    return fields.stream()
        .map(field -> Types.NestedField.optional(field.id(), field.name(), toIceberg(field.type())))
        .toList();
  }

  public static org.apache.iceberg.types.Type toIceberg(Type type) {
    return switch (type) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case BOOLEAN -> Types.BooleanType.get();
            case INT -> Types.IntegerType.get();
            case LONG -> Types.LongType.get();
            case FLOAT -> Types.FloatType.get();
            case DOUBLE -> Types.DoubleType.get();
            case DATE -> Types.DateType.get();
            case TIME -> Types.TimeType.get();
            case TIMESTAMP -> Types.TimestampType.withoutZone();
            case TIMESTAMPTZ -> Types.TimestampType.withZone();
            case STRING -> Types.StringType.get();
            case UUID -> Types.UUIDType.get();
            case BINARY -> Types.BinaryType.get();
          };
      case Type.Decimal(int precision, int scale) -> Types.DecimalType.of(precision, scale);
      case Type.Struct(List<Field> fields) -> Types.StructType.of(toIceberg(fields));
      case Type.ListOf(int elementId, Type element) ->
          Types.ListType.ofOptional(elementId, toIceberg(element));
      case Type.MapOf(int keyId, Type key, int valueId, Type value) ->
          Types.MapType.ofOptional(keyId, valueId, toIceberg(key), toIceberg(value));
    };
  }

  private static List<Field> fromIceberg(List<Types.NestedField> fields) {
    return fields.stream()
        .map(field -> new Field(field.fieldId(), field.name(), fromIceberg(field.type())))
        .toList();
  }

  private static Type fromIceberg(org.apache.iceberg.types.Type type) {
    return switch (type) {
      case Types.DecimalType decimal -> new Type.Decimal(decimal.precision(), decimal.scale());
      case Types.StructType struct -> new Type.Struct(fromIceberg(struct.fields()));
      case Types.ListType list ->
          new Type.ListOf(list.elementId(), fromIceberg(list.elementType()));
      case Types.MapType map ->
          new Type.MapOf(
              map.keyId(), fromIceberg(map.keyType()), map.valueId(), fromIceberg(map.valueType()));
      case Types.TimestampType timestamp ->
          timestamp.shouldAdjustToUTC() ? Type.Primitive.TIMESTAMPTZ : Type.Primitive.TIMESTAMP;
      case Types.FixedType ignored -> Type.Primitive.BINARY;
      default ->
          switch (type.typeId()) {
            case BOOLEAN -> Type.Primitive.BOOLEAN;
            case INTEGER -> Type.Primitive.INT;
            case LONG -> Type.Primitive.LONG;
            case FLOAT -> Type.Primitive.FLOAT;
            case DOUBLE -> Type.Primitive.DOUBLE;
            case DATE -> Type.Primitive.DATE;
            case TIME -> Type.Primitive.TIME;
            case STRING -> Type.Primitive.STRING;
            case UUID -> Type.Primitive.UUID;
            case BINARY -> Type.Primitive.BINARY;
            default -> throw new IllegalArgumentException("type of format v2 expected: " + type);
          };
    };
  }

  /** A type as the user writes it, for messages. */
  static String text(Type type) {
    return toIceberg(type).toString();
  }

  private Schemas() {}
}
