package dev.headrace.core.project.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bound record as text again: JSON that {@link SpecBinder} reads as the same record. Every key
 * that has a value is written, defaults too, so that the text means the same when defaults change.
 */
public final class SpecText {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SpecText() {}

  /** The record as one line of JSON. */
  public static String json(Record spec) {
    try {
      return JSON.writeValueAsString(keys(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON is written", e);
    }
  }

  private static ObjectNode keys(Record spec) {
    ObjectNode node = NODES.objectNode();
    for (RecordComponent component : spec.getClass().getRecordComponents()) {
      Object value = read(spec, component);
      if (value == null) {
        continue;
      }
      if (component.isAnnotationPresent(Inline.class)) {
        throw new IllegalArgumentException(spec.getClass().getName() + " has an inline choice");
      }
      node.set(Shapes.kebab(component.getName()), of(component.getType(), value));
    }
    return node;
  }

  /** An option of one component is written as that component's value. */
  private static JsonNode option(Record choice) {
    RecordComponent[] components = choice.getClass().getRecordComponents();
    if (components.length != 1) {
      return keys(choice);
    }
    Object value = read(choice, components[0]);
    return value == null ? NODES.nullNode() : of(components[0].getType(), value);
  }

  private static @Nullable Object read(Record spec, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(spec);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  private static JsonNode of(Class<?> declared, Object value) {
    return switch (value) {
      case String text -> NODES.textNode(text);
      case Boolean yes -> NODES.booleanNode(yes);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case Double number -> NODES.numberNode(number);
      case BigDecimal number -> NODES.numberNode(number);
      case Duration duration -> NODES.textNode(duration.toSeconds() + "s");
      case Enum<?> word -> NODES.textNode(word.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      case Collection<?> several -> {
        ArrayNode array = NODES.arrayNode();
        several.forEach(one -> array.add(of(one.getClass(), one)));
        yield array;
      }
      case Map<?, ?> named -> {
        ObjectNode object = NODES.objectNode();
        named.forEach((key, one) -> object.set(key.toString(), of(one.getClass(), one)));
        yield object;
      }
      case Record choice when declared.isSealed() -> {
        ObjectNode object = NODES.objectNode();
        object.set(Shapes.kebab(choice.getClass().getSimpleName()), option(choice));
        yield object;
      }
      case Record scalar when isScalar(scalar) -> NODES.textNode(scalar.toString());
      case Record record -> keys(record);
      default -> throw new IllegalArgumentException("no YAML is written for " + value.getClass());
    };
  }

  /** What is read by a parse method says itself so. */
  private static boolean isScalar(Record record) {
    return Arrays.stream(record.getClass().getDeclaredMethods())
        .anyMatch(
            method ->
                method.getName().equals("parse")
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}));
  }
}
