package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Field ids as DuckDB's COPY takes them, and the paths under which it reports on the fields. */
final class FieldIds {
  private FieldIds() {}

  /** The value of the option FIELD_IDS. */
  static String of(List<Field> fields) {
    return fields.stream()
        .map(field -> entry(field.name(), field.id(), field.type()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String entry(String name, int id, Type type) {
    if (id <= 0) {
      throw new IllegalArgumentException("the field '" + name + "' has no id");
    }
    String children =
        switch (type) {
          case Type.Struct struct ->
              struct.fields().stream()
                  .map(field -> entry(field.name(), field.id(), field.type()))
                  .collect(Collectors.joining(", "));
          case Type.ListOf list -> entry("element", list.elementId(), list.element());
          case Type.MapOf map ->
              entry("key", map.keyId(), map.key())
                  + ", "
                  + entry("value", map.valueId(), map.value());
          case Type.Primitive primitive -> "";
          case Type.Decimal decimal -> "";
        };
    String key = SqlQuotes.literal(name) + ": ";
    return children.isEmpty()
        ? key + id
        : key + "{__duckdb_field_id: " + id + ", " + children + "}";
  }

  /** One primitive field. */
  record Leaf(int id, Type type) {}

  /**
   * Every primitive field by its path in DuckDB's statistics, such as {@code "s"."l"."element"}.
   */
  static Map<String, Leaf> leaves(List<Field> fields) {
    Map<String, Leaf> leaves = new HashMap<>();
    fields.forEach(field -> collect("", field.name(), field.id(), field.type(), leaves));
    return leaves;
  }

  private static void collect(
      String parent, String name, int id, Type type, Map<String, Leaf> leaves) {
    String path = parent + SqlQuotes.identifier(name);
    switch (type) {
      case Type.Primitive primitive -> leaves.put(path, new Leaf(id, type));
      case Type.Decimal decimal -> leaves.put(path, new Leaf(id, type));
      case Type.Struct struct ->
          struct
              .fields()
              .forEach(
                  field -> collect(path + ".", field.name(), field.id(), field.type(), leaves));
      case Type.ListOf list ->
          collect(path + ".", "element", list.elementId(), list.element(), leaves);
      case Type.MapOf map -> {
        collect(path + ".", "key", map.keyId(), map.key(), leaves);
        collect(path + ".", "value", map.valueId(), map.value(), leaves);
      }
    }
  }
}
