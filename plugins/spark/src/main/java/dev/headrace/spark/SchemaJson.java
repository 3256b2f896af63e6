package dev.headrace.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.headrace.spark.wire.Frames;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Schemas in the JSON of the Iceberg table specification, which the driver has a reader for. */
final class SchemaJson {
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),\\s*(\\d+)\\)");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SchemaJson() {}

  static String write(Schema schema) {
    return struct(schema.fields()).toString();
  }

  private static ObjectNode struct(List<Field> fields) {
    ObjectNode struct = NODES.objectNode().put("type", "struct");
    ArrayNode array = struct.putArray("fields");
    for (Field field : fields) {
      ObjectNode node = array.addObject();
      node.put("id", field.id()).put("name", field.name()).put("required", false);
      node.set("type", type(field.type()));
    }
    return struct;
  }

  private static JsonNode type(Type type) {
    return switch (type) {
      case Primitive primitive -> TextNode.valueOf(name(primitive));
      case Decimal decimal ->
          TextNode.valueOf("decimal(" + decimal.precision() + ", " + decimal.scale() + ")");
      case Struct struct -> struct(struct.fields());
      case ListOf list -> {
        ObjectNode node =
            NODES
                .objectNode()
                .put("type", "list")
                .put("element-id", list.elementId())
                .put("element-required", false);
        node.set("element", type(list.element()));
        yield node;
      }
      case MapOf map -> {
        ObjectNode node = NODES.objectNode().put("type", "map").put("key-id", map.keyId());
        node.set("key", type(map.key()));
        node.put("value-id", map.valueId()).put("value-required", false);
        node.set("value", type(map.value()));
        yield node;
      }
    };
  }

  private static String name(Primitive primitive) {
    return primitive.name().toLowerCase(Locale.ROOT);
  }

  /** Columns of a result: ids are 0. */
  static Schema read(byte[] json) throws IOException {
    return new Schema(fields(Frames.JSON.readTree(json)));
  }

  private static List<Field> fields(JsonNode struct) {
    List<Field> fields = new ArrayList<>();
    for (JsonNode field : struct.path("fields")) {
      fields.add(Field.unassigned(field.path("name").asText(), type(field.path("type"))));
    }
    return fields;
  }

  private static Type type(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "struct" -> new Struct(fields(node));
      case "list" -> new ListOf(0, type(node.path("element")));
      case "map" -> new MapOf(0, type(node.path("key")), 0, type(node.path("value")));
      default -> primitive(node.asText());
    };
  }

  private static Type primitive(String name) {
    Matcher decimal = DECIMAL.matcher(name);
    return decimal.matches()
        ? new Decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)))
        : Primitive.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
