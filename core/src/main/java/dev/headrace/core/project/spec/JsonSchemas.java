package dev.headrace.core.project.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.core.project.ConfigSection;
import dev.headrace.core.project.Kind;
import dev.headrace.core.project.ProjectConfig;
import dev.headrace.core.project.spec.Shape.Accepts;
import dev.headrace.core.project.spec.Shape.Choice;
import dev.headrace.core.project.spec.Shape.Container;
import dev.headrace.core.project.spec.Shape.Keys;
import dev.headrace.core.project.spec.Shape.Named;
import dev.headrace.core.project.spec.Shape.Scalar;
import dev.headrace.core.project.spec.Shape.Several;
import dev.headrace.core.project.spec.Shape.Slot;
import dev.headrace.core.project.spec.Shape.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * JSON Schemas (draft 2020-12) of what a user may write, for editors and other tools.
 *
 * <p>What {@link SpecBinder} accepts, the schema accepts. The schema accepts a little more: it
 * cannot know what only a type's own {@code parse} or constructor can tell, nor what a {@code
 * ${env:NAME}} stands for, nor that a key is written twice.
 */
public final class JsonSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VARIABLE = "variable";

  private final Map<String, Object> definitions = new TreeMap<>();
  private final Map<Shape, String> names = new HashMap<>();

  private JsonSchemas() {}

  /** The schema of a kind's files; of a SQL file, that of its header. */
  public static String of(Kind<?> kind) {
    return document(Shapes.keys(kind.specType()), kind.folder() + "/ of Headrace");
  }

  /** The schema of {@code headrace.yaml}. */
  public static String ofConfig(List<ConfigSection<?>> sections) {
    return document(ConfigShape.of(sections), ProjectConfig.FILE);
  }

  private static String document(Keys keys, String title) {
    JsonSchemas schemas = new JsonSchemas();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", title);
    root.putAll(schemas.object(keys));
    schemas.definitions.put(
        VARIABLE,
        ordered(
            "description", "Taken from the environment or a file.",
            "type", "string",
            "pattern", "\\$\\{(env|file):[^}]+\\}"));
    root.put("$defs", schemas.definitions);
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return JSON.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(title, e);
    }
  }

  private Map<String, Object> schema(Shape shape) {
    return switch (shape) {
      case Scalar scalar -> scalar(scalar);
      case Words words -> orVariable(Map.of("enum", List.copyOf(words.constants().keySet())));
      case Several several -> several(several);
      case Named named -> ordered("type", "object", "additionalProperties", schema(named.item()));
      case Keys keys -> reference(keys, keys.name());
      case Choice choice -> reference(choice, choice.name());
      case Shape.Free _ -> Map.of("not", Map.of("type", "null"));
    };
  }

  private static Map<String, Object> scalar(Scalar scalar) {
    Map<String, Object> literal = new TreeMap<>(scalar.json());
    boolean anyText = !literal.containsKey("pattern") && scalar.accepts() == Accepts.TEXT;
    return anyText || scalar.accepts() == Accepts.SECRET ? literal : orVariable(literal);
  }

  private Map<String, Object> several(Several several) {
    Map<String, Object> item = schema(several.item());
    Map<String, Object> list = ordered("type", "array", "items", item);
    if (several.container() != Container.LIST) {
      list.put("uniqueItems", true);
    }
    return ordered("anyOf", List.of(item, list));
  }

  /** A reference to a definition, which is made on first mention. */
  private Map<String, Object> reference(Shape shape, String name) {
    String known = names.get(shape);
    if (known == null) {
      known = name;
      for (int i = 2; definitions.containsKey(known); i++) {
        known = name + "-" + i;
      }
      names.put(shape, known);
      // Taken before its parts are looked at: a record may contain itself.
      definitions.put(known, Map.of());
      definitions.put(
          known,
          switch (shape) {
            case Keys keys -> object(keys);
            case Choice choice -> choice(choice);
            default -> throw new IllegalStateException(name);
          });
    }
    return ordered("$ref", "#/$defs/" + known);
  }

  private Map<String, Object> object(Keys keys) {
    Map<String, Object> object = new LinkedHashMap<>();
    describe(object, keys.doc());
    object.put("type", "object");
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Map.Entry<String, Slot> slot : keys.slots().entrySet()) {
      properties.put(slot.getKey(), property(slot.getValue()));
    }
    object.put("properties", properties);
    List<String> required =
        keys.keys().stream()
            .filter(key -> key.required() && !key.inline())
            .map(Shape.Key::name)
            .toList();
    if (!required.isEmpty()) {
      object.put("required", required);
    }
    keys.keys().stream()
        .filter(Shape.Key::inline)
        .forEach(key -> object.put("oneOf", oneOption(key)));
    object.put("additionalProperties", false);
    return object;
  }

  private Map<String, Object> property(Slot slot) {
    Map<String, Object> property = new LinkedHashMap<>();
    Keys option = slot.option();
    describe(property, option == null ? slot.key().doc() : option.doc());
    property.putAll(option == null ? schema(slot.key().shape()) : payload(option));
    String absent = slot.key().defaultYaml();
    if (absent != null && option == null) {
      property.put("default", json(absent));
    }
    return property;
  }

  private static List<Object> oneOption(Shape.Key inline) {
    List<Object> each = new ArrayList<>();
    for (String option : inline.choice().options().keySet()) {
      each.add(Map.of("required", List.of(option)));
    }
    List<Object> exactlyOne = new ArrayList<>(each);
    if (!inline.required()) {
      exactlyOne.add(Map.of("not", Map.of("anyOf", each)));
    }
    return exactlyOne;
  }

  private Map<String, Object> choice(Choice choice) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> bare = new ArrayList<>();
    choice
        .options()
        .forEach(
            (name, option) -> {
              Map<String, Object> property = new LinkedHashMap<>();
              describe(property, option.doc());
              property.putAll(payload(option));
              properties.put(name, property);
              if (option.allOptional()) {
                bare.add(name);
              }
            });
    Map<String, Object> map =
        ordered(
            "type",
            "object",
            "properties",
            properties,
            "additionalProperties",
            false,
            "minProperties",
            1,
            "maxProperties",
            1);
    Map<String, Object> schema = new LinkedHashMap<>();
    describe(schema, choice.doc());
    List<Object> ways = new ArrayList<>();
    if (!bare.isEmpty()) {
      ways.add(Map.of("enum", bare));
    }
    Keys plain = choice.plain();
    if (plain != null) {
      ways.add(payload(plain));
    }
    if (ways.isEmpty()) {
      schema.putAll(map);
    } else {
      ways.add(map);
      ways.add(variable());
      schema.put("anyOf", ways);
    }
    return schema;
  }

  /** What stands behind an option's name. */
  private Map<String, Object> payload(Keys option) {
    if (option.keys().isEmpty()) {
      return ordered("type", List.of("null", "object"), "maxProperties", 0);
    }
    Map<String, Object> written =
        option.keys().size() == 1
            ? schema(option.keys().getFirst().shape())
            : reference(option, option.name());
    return option.allOptional()
        ? ordered("anyOf", List.of(written, Map.of("type", "null")))
        : written;
  }

  private static Map<String, Object> orVariable(Map<String, Object> literal) {
    return ordered("anyOf", List.of(literal, variable()));
  }

  private static Map<String, Object> variable() {
    return Map.of("$ref", "#/$defs/" + VARIABLE);
  }

  private static void describe(Map<String, Object> schema, String doc) {
    if (!doc.isEmpty()) {
      schema.put("description", doc);
    }
  }

  private static Object json(String yaml) {
    return new Load(LoadSettings.builder().setSchema(new CoreSchema()).build())
        .loadFromString(yaml);
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
