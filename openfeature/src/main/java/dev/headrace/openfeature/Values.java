package dev.headrace.openfeature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.MutableStructure;
import dev.openfeature.sdk.Structure;
import dev.openfeature.sdk.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenFeature's values and ours. */
final class Values {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Values() {}

  /** What is known of the unit. */
  static ObjectNode attributes(@Nullable EvaluationContext context) {
    ObjectNode attributes = JSON.objectNode();
    if (context == null) {
      return attributes;
    }
    context.asMap().forEach((name, value) -> attributes.set(name, json(value)));
    String key = context.getTargetingKey();
    if (key != null) {
      attributes.put("targetingKey", key);
    }
    return attributes;
  }

  private static JsonNode json(@Nullable Value value) {
    if (value == null || value.isNull()) {
      return JSON.nullNode();
    }
    if (value.isBoolean()) {
      return JSON.booleanNode(value.asBoolean());
    }
    if (value.isNumber()) {
      double number = value.asDouble();
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? JSON.numberNode((long) number)
          : JSON.numberNode(number);
    }
    if (value.isString()) {
      return JSON.textNode(value.asString());
    }
    if (value.isInstant()) {
      return JSON.textNode(value.asInstant().toString());
    }
    if (value.isList()) {
      ArrayNode list = JSON.arrayNode();
      value.asList().forEach(item -> list.add(json(item)));
      return list;
    }
    ObjectNode object = JSON.objectNode();
    Structure structure = value.asStructure();
    structure.asMap().forEach((name, item) -> object.set(name, json(item)));
    return object;
  }

  static Value of(JsonNode json) {
    return switch (json.getNodeType()) {
      case BOOLEAN -> new Value(json.booleanValue());
      case NUMBER ->
          json.canConvertToInt() && json.isIntegralNumber()
              ? new Value(json.intValue())
              : new Value(json.doubleValue());
      case STRING -> new Value(json.textValue());
      case ARRAY -> {
        List<Value> items = new ArrayList<>();
        json.forEach(item -> items.add(of(item)));
        yield new Value(items);
      }
      case OBJECT -> {
        MutableStructure structure = new MutableStructure();
        json.properties().forEach(entry -> structure.add(entry.getKey(), of(entry.getValue())));
        yield new Value(structure);
      }
      case NULL, MISSING, BINARY, POJO -> new Value();
    };
  }
}
