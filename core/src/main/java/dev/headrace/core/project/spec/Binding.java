package dev.headrace.core.project.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.core.project.Environment;
import dev.headrace.core.project.Names;
import dev.headrace.core.project.Problems;
import dev.headrace.core.project.spec.Shape.Accepts;
import dev.headrace.core.project.spec.Shape.Choice;
import dev.headrace.core.project.spec.Shape.Free;
import dev.headrace.core.project.spec.Shape.Keys;
import dev.headrace.core.project.spec.Shape.Named;
import dev.headrace.core.project.spec.Shape.Scalar;
import dev.headrace.core.project.spec.Shape.Several;
import dev.headrace.core.project.spec.Shape.Slot;
import dev.headrace.core.project.spec.Shape.Words;
import dev.headrace.spi.error.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One walk over the nodes of one file along a shape. Every method answers null if and only if it
 * has added a problem, and the walk goes on to find the next one.
 */
final class Binding {
  /** More nodes than any file has written out: only aliases of aliases get there. */
  private static final int MAX_NODES = 300_000;

  private static final int MAX_DEPTH = 100;
  private static final int SHOWN_CHARACTERS = 60;

  private static final Set<Tag> TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.SEQ, Tag.MAP);

  private final String file;
  private final Substitution substitution;
  private final Places places;
  private final Problems problems;
  private int nodes;
  private int depth;

  Binding(String file, Substitution substitution, Places places, Problems problems) {
    this.file = file;
    this.substitution = substitution;
    this.places = places;
    this.problems = problems;
  }

  /** Binds a key's default. A default that does not fit its own key is a programmer's mistake. */
  static Object defaultOf(Shape.Key key, String yaml) {
    Problems problems = new Problems();
    Substitution none = new Substitution(Environment.empty(), Path.of(""));
    Node node = YamlText.compose("@Default", yaml, problems);
    Object value =
        node == null
            ? null
            : new Binding("@Default", none, new Places("@Default"), problems)
                .bind(key.shape(), node, key.name());
    if (value == null) {
      throw new IllegalStateException(
          "@Default(\"" + yaml + "\") of " + key.name() + ": " + problems.list());
    }
    return value;
  }

  @Nullable Object bind(Shape shape, Node node, String path) {
    if (++nodes > MAX_NODES || depth >= MAX_DEPTH) {
      if (nodes <= MAX_NODES + 1 || depth >= MAX_DEPTH) {
        problems.add(place(node), YamlText.REPEATS, YamlText.WRITE_OUT);
        nodes = MAX_NODES + 1;
      }
      return null;
    }
    if (!TAGS.contains(node.getTag())) {
      return wrong(node, path, "is tagged " + tagged(node), "Remove the tag.");
    }
    depth++;
    try {
      return switch (shape) {
        case Scalar scalar -> scalar(scalar, node, path);
        case Words words -> word(words, node, path);
        case Several several -> several(several, node, path);
        case Named named -> named(named, node, path);
        case Keys keys -> keys(keys, node, path);
        case Choice choice -> choice(choice, node, path);
        case Free free -> isNull(node) ? noValue(node, path) : free(free, node, path);
      };
    } finally {
      depth--;
    }
  }

  private @Nullable Object scalar(Scalar scalar, Node node, String path) {
    if (isNull(node)) {
      return noValue(node, path);
    }
    if (!(node instanceof ScalarNode written)) {
      return wrong(node, path, "must be " + scalar.words() + ", but is " + described(node), "");
    }
    String text = text(written, path);
    if (text == null) {
      return null;
    }
    boolean replaced = !text.equals(written.getValue());
    if (scalar.accepts() == Accepts.SECRET && !replaced) {
      return wrong(
          node,
          path,
          "is a secret and must not be written in a file",
          "Write ${env:NAME} or ${file:PATH}.");
    }
    Tag tag = replaced ? YamlText.tagOf(text) : node.getTag();
    boolean fits =
        switch (scalar.accepts()) {
          case TEXT, SECRET -> true;
          case BOOLEAN -> tag.equals(Tag.BOOL);
          case INTEGER -> tag.equals(Tag.INT);
          case NUMBER -> tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
        };
    if (!fits) {
      return wrong(node, path, "must be " + scalar.words() + ", but is " + described(node), "");
    }
    try {
      Object value = scalar.read().apply(text);
      return value instanceof Confidential holder && holder.holdsSecret() && !replaced
          ? wrong(
              node,
              path,
              "holds a password, which must not be written in a file",
              "Write ${env:NAME} or ${file:PATH} for the whole value, or the password under a key"
                  + " of its own.")
          : value;
    } catch (IllegalArgumentException e) {
      // The message of a value that came from outside may repeat it.
      String reason = replaced ? "must be " + scalar.words() : reason(e);
      return wrong(node, path, reason + ", but is " + described(node), "");
    }
  }

  private static String reason(IllegalArgumentException e) {
    String message = e.getMessage() == null ? "cannot be read" : e.getMessage();
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  private @Nullable String text(ScalarNode written, String path) {
    try {
      return substitution.apply(written.getValue());
    } catch (IllegalArgumentException e) {
      wrong(written, path, reason(e), "");
      return null;
    }
  }

  private @Nullable Object word(Words words, Node node, String path) {
    if (isNull(node)) {
      return noValue(node, path);
    }
    Set<String> known = words.constants().keySet();
    if (!(node instanceof ScalarNode written)) {
      return wrong(
          node,
          path,
          "must be one of " + String.join(", ", known) + ", but is " + described(node),
          "");
    }
    String text = text(written, path);
    if (text == null) {
      return null;
    }
    Object constant = words.constants().get(text);
    if (constant == null) {
      return wrong(
          node,
          path,
          "must be one of " + String.join(", ", known) + ", but is " + described(node),
          Names.nearest(text, known).map(near -> "Did you mean '" + near + "'?").orElse(""));
    }
    return constant;
  }

  private @Nullable Object several(Several several, Node node, String path) {
    if (isNull(node)) {
      return noValue(node, path);
    }
    int before = problems.size();
    List<Object> items = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      int index = 0;
      for (Node item : sequence.getValue()) {
        String itemPath = path + "[" + index++ + "]";
        places.put(itemPath, place(item));
        Object value = bind(several.item(), item, itemPath);
        if (value == null) {
          continue;
        }
        if (several.container() != Shape.Container.LIST && items.contains(value)) {
          wrong(item, itemPath, "repeats " + described(item), "");
        }
        items.add(value);
      }
    } else {
      Object value = bind(several.item(), node, path);
      if (value != null) {
        items.add(value);
      }
    }
    if (problems.size() > before) {
      return null;
    }
    return switch (several.container()) {
      case LIST -> List.copyOf(items);
      case SET -> Collections.unmodifiableSet(new LinkedHashSet<>(items));
      case SORTED_SET -> Collections.unmodifiableSortedSet(new TreeSet<>(items));
    };
  }

  private @Nullable Object named(Named named, Node node, String path) {
    if (isNull(node)) {
      return noValue(node, path);
    }
    if (!(node instanceof MappingNode map)) {
      return wrong(node, path, "must be a map of names to values, but is " + described(node), "");
    }
    int before = problems.size();
    Map<String, Object> values = new LinkedHashMap<>();
    for (Entry entry : entries(map, path)) {
      Object value = bind(named.item(), entry.value(), entry.path());
      if (value != null) {
        values.put(entry.key(), value);
      }
    }
    return problems.size() > before ? null : Collections.unmodifiableMap(values);
  }

  /** Anything, as JSON; only what stands alone must not be null. */
  private @Nullable JsonNode free(Free free, Node node, String path) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    int before = problems.size();
    JsonNode value;
    if (node instanceof MappingNode map) {
      ObjectNode object = json.objectNode();
      for (Entry entry : entries(map, path)) {
        object.set(entry.key(), inner(free, entry.value(), entry.path()));
      }
      value = object;
    } else if (node instanceof SequenceNode sequence) {
      ArrayNode array = json.arrayNode();
      int index = 0;
      for (Node item : sequence.getValue()) {
        array.add(inner(free, item, path + "[" + index++ + "]"));
      }
      value = array;
    } else {
      String text = text((ScalarNode) node, path);
      boolean replaced = text != null && !text.equals(((ScalarNode) node).getValue());
      value =
          text == null
              ? json.nullNode()
              : Scalars.json(replaced ? YamlText.tagOf(text) : node.getTag(), text);
    }
    return problems.size() > before ? null : value;
  }

  private JsonNode inner(Free free, Node node, String path) {
    if (isNull(node)) {
      return JsonNodeFactory.instance.nullNode();
    }
    return bind(free, node, path) instanceof JsonNode value
        ? value
        : JsonNodeFactory.instance.nullNode(); // A problem was added.
  }

  @Nullable Object keys(Keys keys, Node node, String path) {
    if (isNull(node)) {
      return noValue(node, path);
    }
    if (!(node instanceof MappingNode map)) {
      return wrong(
          node,
          path,
          "must be a map with keys such as "
              + keys.slots().keySet().stream().limit(5).collect(Collectors.joining(", "))
              + ", but is "
              + described(node),
          "");
    }
    int before = problems.size();
    @Nullable Object[] values = new Object[keys.keys().size()];
    @Nullable String[] writtenAs = new String[values.length];
    Set<String> meant = new HashSet<>();
    for (Entry entry : entries(map, path)) {
      Slot slot = keys.slots().get(entry.key());
      if (slot == null) {
        unknown(entry, keys.slots().keySet());
        meant.add(Names.nearest(entry.key(), keys.slots().keySet()).orElse(entry.key()));
        continue;
      }
      String other = writtenAs[slot.index()];
      if (other != null) {
        problems.add(
            entry.place(),
            "'" + entry.path() + "' stands beside '" + other + "': only one of them is possible.",
            "Make two entries of them.");
        continue;
      }
      writtenAs[slot.index()] = entry.key();
      values[slot.index()] =
          slot.option() == null
              ? bind(slot.key().shape(), entry.value(), entry.path())
              : option(slot.option(), entry.value(), entry.path());
    }
    for (int i = 0; i < values.length; i++) {
      if (writtenAs[i] == null) {
        values[i] = absent(keys.keys().get(i), node, path, meant);
      }
    }
    return problems.size() > before ? null : build(keys, values, node, path);
  }

  private @Nullable Object absent(Shape.Key key, Node node, String path, Set<String> meant) {
    Shape.Absent absent = key.absent();
    if (absent != null) {
      return absent.value(key);
    }
    if (!key.required()) {
      return null;
    }
    Set<String> names = key.inline() ? key.choice().options().keySet() : Set.of(key.name());
    // An unknown key that was probably meant for this one has told it already.
    if (key.inline() ? meant.isEmpty() : !meant.contains(key.name())) {
      String where = path.isEmpty() ? "" : " in '" + path + "'";
      problems.add(
          place(node),
          key.inline()
              ? "One key is missing" + where + ": one of " + String.join(", ", names) + "."
              : "The key '" + key.name() + "' is missing" + where + ".",
          key.doc());
    }
    return null;
  }

  private @Nullable Object choice(Choice choice, Node node, String path) {
    if (isNull(node)) {
      return noValue(node, path);
    }
    Set<String> known = choice.options().keySet();
    if (node instanceof ScalarNode written) {
      String text = text(written, path);
      if (text == null) {
        return null;
      }
      Keys option = choice.options().get(text);
      if (option != null && option.allOptional()) {
        return option(option, new ScalarNode(Tag.NULL, "", written.getScalarStyle()), path);
      }
      if (option != null) {
        return wrong(
            node,
            path,
            "is '" + text + "' without its settings",
            "Write '" + text + ":' with " + String.join(", ", option.slots().keySet()) + ".");
      }
      Keys plain = choice.plain();
      if (plain != null) {
        return option(plain, node, path);
      }
      return wrong(
          node,
          path,
          "must be one of " + String.join(", ", known) + ", but is " + described(node),
          Names.nearest(text, known).map(near -> "Did you mean '" + near + "'?").orElse(""));
    }
    if (!(node instanceof MappingNode map)) {
      return wrong(
          node,
          path,
          "must be one of " + String.join(", ", known) + ", but is " + described(node),
          "");
    }
    List<Entry> entries = entries(map, path);
    int before = problems.size();
    for (Entry entry : entries) {
      if (!known.contains(entry.key())) {
        unknown(entry, known);
      }
    }
    if (problems.size() > before) {
      return null;
    }
    if (entries.size() != 1) {
      return wrong(
          node,
          path,
          "must have exactly one of the keys "
              + String.join(", ", known)
              + ", but has "
              + entries.size(),
          "");
    }
    Entry only = entries.getFirst();
    Keys option = choice.options().get(only.key());
    return option == null ? null : option(option, only.value(), only.path());
  }

  /** What stands behind an option's name: nothing, its only component's value, or its keys. */
  private @Nullable Object option(Keys option, Node node, String path) {
    if (option.keys().size() == 1 && !isNull(node)) {
      Object value = bind(option.keys().getFirst().shape(), node, path);
      return value == null ? null : build(option, new Object[] {value}, node, path);
    }
    if (isNull(node) && option.allOptional()) {
      @Nullable Object[] values = new Object[option.keys().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = absent(option.keys().get(i), node, path, Set.of());
      }
      return build(option, values, node, path);
    }
    return keys(option, node, path);
  }

  private @Nullable Object build(Keys keys, @Nullable Object[] values, Node node, String path) {
    try {
      return keys.build(values);
    } catch (IllegalArgumentException e) {
      String message = substitution.mask(reason(e));
      problems.add(
          place(node), path.isEmpty() ? message + "." : "'" + path + "' " + message + ".", "");
      return null;
    }
  }

  /** One key of a map with its value. */
  private record Entry(String key, Node value, String path, Location place) {}

  /** The entries with usable keys; the others are problems. */
  private List<Entry> entries(MappingNode map, String path) {
    List<Entry> entries = new ArrayList<>(map.getValue().size());
    Map<String, Location> seen = new LinkedHashMap<>();
    for (NodeTuple tuple : map.getValue()) {
      Location place = place(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key) || isNull(key)) {
        problems.add(
            place, "A key must be a word, but is " + described(tuple.getKeyNode()) + ".", "");
        continue;
      }
      String name = key.getValue();
      String keyPath = path.isEmpty() ? name : path + "." + name;
      Location first = seen.putIfAbsent(name, place);
      if (first != null) {
        problems.add(
            place,
            "The key '" + keyPath + "' is written twice; first on line " + first.line() + ".",
            "Keep one of them.");
        continue;
      }
      places.put(keyPath, place);
      entries.add(new Entry(name, tuple.getValueNode(), keyPath, place));
    }
    return entries;
  }

  private void unknown(Entry entry, Collection<String> known) {
    problems.add(
        entry.place(), "Unknown key '" + entry.path() + "'.", Names.suggest(entry.key(), known));
  }

  private @Nullable Object noValue(Node node, String path) {
    return wrong(node, path, "has no value", "Give it one, or remove the key.");
  }

  private @Nullable Object wrong(Node node, String path, String reason, String hint) {
    String subject = path.isEmpty() ? "The file" : "'" + path + "'";
    problems.add(place(node), subject + " " + reason + ".", hint);
    return null;
  }

  private static String tagged(Node node) {
    return node.getTag().getValue().replace("tag:yaml.org,2002:", "!!");
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** The value as it is written, so that nothing from the environment is repeated. */
  private static String described(Node node) {
    return switch (node) {
      case ScalarNode scalar -> {
        String text = scalar.getValue();
        String shown =
            text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
        yield "'" + shown.replace("\n", "\\n") + "'" + (scalar.isPlain() ? "" : " in quotes");
      }
      case SequenceNode _ -> "a list";
      case MappingNode _ -> "a map";
      default -> "something else";
    };
  }

  private Location place(Node node) {
    return YamlText.place(file, node.getStartMark());
  }
}
