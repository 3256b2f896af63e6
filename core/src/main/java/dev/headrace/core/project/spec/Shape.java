package dev.headrace.core.project.spec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What may be written in one place of a YAML file. Derived once from a record's components by
 * {@link Shapes}; binding, the JSON Schema and the reference page are three walks over it, so they
 * cannot disagree.
 */
sealed interface Shape {

  /**
   * One value without parts.
   *
   * @param words what is expected, to follow "must be"
   * @param json the JSON Schema keywords of what may be written literally
   * @param accepts which YAML values are read at all
   * @param read makes the value of its text; its IllegalArgumentException tells what is wrong
   */
  record Scalar(
      String words, Map<String, Object> json, Accepts accepts, Function<String, Object> read)
      implements Shape {}

  /** Which scalars of YAML 1.2's core schema a scalar takes. */
  enum Accepts {
    /** Any, by its literal text: {@code 007} stays "007" and {@code no} stays "no". */
    TEXT,
    BOOLEAN,
    INTEGER,
    NUMBER,
    /** Text of which nothing is written in the file itself. */
    SECRET
  }

  /** One of a few words. */
  record Words(Map<String, Object> constants, Map<String, String> docs) implements Shape {}

  /** Several of the same; one alone need not be put in a list. */
  record Several(Shape item, Container container) implements Shape {}

  /** What several values are kept in. */
  enum Container {
    LIST,
    SET,
    SORTED_SET
  }

  /** Names chosen by the user, each with a value; order is kept. */
  record Named(Shape item) implements Shape {}

  /** Whatever JSON can say: texts, numbers, truth values, lists and maps of such. */
  record Free() implements Shape {}

  /** A fixed set of keys: a record. */
  final class Keys implements Shape {
    private final String name;
    private final String doc;
    private final Supplier<List<Key>> components;
    private final Function<@Nullable Object[], Object> build;
    private final boolean plain;
    private @Nullable List<Key> keys;
    private @Nullable Map<String, Slot> slots;

    /**
     * @param components looked at on first use, because a record may contain itself
     * @param build makes the value of the components' values, in order
     */
    Keys(
        String name,
        String doc,
        Supplier<List<Key>> components,
        Function<@Nullable Object[], Object> build) {
      this(name, doc, components, build, false);
    }

    /**
     * @param plain whether the name may be left out where it is an option of a choice
     */
    Keys(
        String name,
        String doc,
        Supplier<List<Key>> components,
        Function<@Nullable Object[], Object> build,
        boolean plain) {
      this.name = name;
      this.doc = doc;
      this.components = components;
      this.build = build;
      this.plain = plain;
    }

    boolean plain() {
      return plain;
    }

    String name() {
      return name;
    }

    String doc() {
      return doc;
    }

    synchronized List<Key> keys() {
      List<Key> known = keys;
      if (known == null) {
        known = List.copyOf(components.get());
        keys = known;
      }
      return known;
    }

    /** Every key that can be written, in order of declaration: inline choices by their options. */
    synchronized Map<String, Slot> slots() {
      Map<String, Slot> known = slots;
      if (known == null) {
        known = new LinkedHashMap<>();
        for (int i = 0; i < keys().size(); i++) {
          Key key = keys().get(i);
          if (key.inline()) {
            for (Map.Entry<String, Keys> option : key.choice().options().entrySet()) {
              known.put(option.getKey(), new Slot(i, key, option.getValue()));
            }
          } else {
            known.put(key.name(), new Slot(i, key, null));
          }
        }
        slots = known;
      }
      return known;
    }

    /** True if nothing needs to be written. */
    boolean allOptional() {
      return keys().stream().noneMatch(Key::required);
    }

    Object build(@Nullable Object[] values) {
      return build.apply(values);
    }

    static Function<@Nullable Object[], Object> canonical(Constructor<?> constructor) {
      return values -> {
        try {
          return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
          if (e.getCause() instanceof RuntimeException refused) {
            throw refused;
          }
          throw new IllegalStateException(constructor.toString(), e);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(constructor.toString(), e);
        }
      };
    }
  }

  /**
   * Where the value of a written key goes.
   *
   * @param index of the component
   * @param option the option of an inline choice that the key names
   */
  record Slot(int index, Key key, @Nullable Keys option) {}

  /** One of several records, by name. */
  final class Choice implements Shape {
    private final String name;
    private final String doc;
    private final Supplier<Map<String, Keys>> lookup;
    private @Nullable Map<String, Keys> options;

    Choice(String name, String doc, Supplier<Map<String, Keys>> lookup) {
      this.name = name;
      this.doc = doc;
      this.lookup = lookup;
    }

    String name() {
      return name;
    }

    String doc() {
      return doc;
    }

    synchronized Map<String, Keys> options() {
      Map<String, Keys> known = options;
      if (known == null) {
        known = lookup.get();
        options = known;
      }
      return known;
    }

    /** The option whose name may be left out; null where there is none. */
    @Nullable Keys plain() {
      return options().values().stream().filter(Keys::plain).findFirst().orElse(null);
    }
  }

  /**
   * One component of a record.
   *
   * @param name as written, in kebab-case
   * @param required true if it has neither a default nor may be absent
   * @param absent what it is when it is not written
   */
  record Key(
      String name,
      String doc,
      Shape shape,
      boolean inline,
      boolean required,
      @Nullable Absent absent) {
    /** The default as a user would write it. */
    @Nullable String defaultYaml() {
      return absent == null ? null : absent.yaml;
    }

    /** The choice written inline. */
    Choice choice() {
      if (shape instanceof Choice choice) {
        return choice;
      }
      throw new IllegalStateException(name + " is @Inline but not a sealed interface of records");
    }
  }

  /** A default: bound on first use and shared from then on, since what is bound is immutable. */
  final class Absent {
    private final String yaml;
    private volatile @Nullable Object bound;

    Absent(String yaml) {
      this.yaml = yaml;
    }

    Object value(Key key) {
      Object known = bound;
      if (known == null) {
        known = Binding.defaultOf(key, yaml);
        bound = known;
      }
      return known;
    }
  }
}
