package dev.headrace.core.project.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.core.project.spec.Shape.Choice;
import dev.headrace.core.project.spec.Shape.Container;
import dev.headrace.core.project.spec.Shape.Free;
import dev.headrace.core.project.spec.Shape.Keys;
import dev.headrace.core.project.spec.Shape.Named;
import dev.headrace.core.project.spec.Shape.Scalar;
import dev.headrace.core.project.spec.Shape.Several;
import dev.headrace.core.project.spec.Shape.Words;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads from Java types what may be written for them. A type that no YAML can be bound to is a
 * programmer's mistake and throws IllegalArgumentException.
 */
final class Shapes {
  private static final ClassValue<Shape> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return ofClass(type);
        }
      };

  private Shapes() {}

  /** The keys of a record. */
  static Keys keys(Class<? extends Record> type) {
    if (OF_CLASS.get(type) instanceof Keys keys) {
      return keys;
    }
    throw new IllegalArgumentException(type.getName() + " has a parse method: it is a scalar");
  }

  static Shape of(Type type) {
    if (type instanceof Class<?> plain) {
      return OF_CLASS.get(plain);
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new Several(of(arguments[0]), Container.LIST);
      }
      if (generic.getRawType() == Set.class) {
        return new Several(of(arguments[0]), Container.SET);
      }
      if (generic.getRawType() == SortedSet.class) {
        return new Several(of(arguments[0]), Container.SORTED_SET);
      }
      if ((generic.getRawType() == Map.class || generic.getRawType() == SequencedMap.class)
          && arguments[0] == String.class) {
        return new Named(of(arguments[1]));
      }
    }
    throw new IllegalArgumentException("No YAML is bound to " + type.getTypeName());
  }

  private static Shape ofClass(Class<?> type) {
    Scalar scalar = Scalars.of(type);
    if (scalar != null) {
      return scalar;
    }
    if (type == JsonNode.class) {
      return new Free();
    }
    Method parse = parseMethod(type);
    if (parse != null) {
      return Scalars.parsed(doc(type), text -> invoke(parse, text));
    }
    if (type.isEnum()) {
      return words(type);
    }
    if (type.isRecord()) {
      return record(type);
    }
    if (type.isSealed()) {
      return new Choice(kebab(type.getSimpleName()), doc(type), () -> options(type));
    }
    throw new IllegalArgumentException("No YAML is bound to " + type.getName());
  }

  private static Words words(Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    Map<String, String> docs = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      String field = ((Enum<?>) constant).name();
      String word = field.toLowerCase(Locale.ROOT).replace('_', '-');
      constants.put(word, constant);
      try {
        docs.put(word, doc(type.getField(field)));
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException(type.getName(), e);
      }
    }
    return new Words(constants, docs);
  }

  private static Keys record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new Keys(
          kebab(type.getSimpleName()),
          doc(type),
          () ->
              Arrays.stream(components)
                  .filter(component -> !component.isAnnotationPresent(Body.class))
                  .map(Shapes::key)
                  .toList(),
          Keys.canonical(constructor),
          type.isAnnotationPresent(Plain.class));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private static Shape.Key key(RecordComponent component) {
    Default absent = component.getAnnotation(Default.class);
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    return new Shape.Key(
        kebab(component.getName()),
        doc(component),
        of(component.getGenericType()),
        component.isAnnotationPresent(Inline.class),
        absent == null && !nullable,
        absent == null ? null : new Shape.Absent(absent.value()));
  }

  private static Map<String, Keys> options(Class<?> sealed) {
    Map<String, Keys> options = new LinkedHashMap<>();
    leaves(sealed)
        .forEach(
            leaf -> {
              if (!leaf.isRecord()) {
                throw new IllegalArgumentException(leaf.getName() + " is a choice but no record");
              }
              options.put(kebab(leaf.getSimpleName()), record(leaf));
            });
    return options;
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Shapes::leaves)
        : Stream.of(type);
  }

  private static @Nullable Method parseMethod(Class<?> type) {
    try {
      Method parse = type.getDeclaredMethod("parse", String.class);
      if (Modifier.isStatic(parse.getModifiers()) && type.isAssignableFrom(parse.getReturnType())) {
        parse.setAccessible(true);
        return parse;
      }
      return null;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  private static Object invoke(Method parse, String text) {
    try {
      return parse.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(parse.toString(), e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(parse.toString(), e);
    }
  }

  private static String doc(AnnotatedElement element) {
    Doc doc = element.getAnnotation(Doc.class);
    return doc == null ? "" : doc.value();
  }

  /**
   * {@code maxRejected} and {@code MaxRejected} are {@code max-rejected}; a trailing underscore
   * frees a word that Java reserves: {@code default_} is {@code default}.
   */
  static String kebab(String javaName) {
    StringBuilder kebab = new StringBuilder();
    for (int i = 0; i < javaName.length(); i++) {
      char c = javaName.charAt(i);
      if (Character.isUpperCase(c) && !kebab.isEmpty()) {
        kebab.append('-');
      }
      if (c != '_') {
        kebab.append(Character.toLowerCase(c));
      }
    }
    return kebab.toString();
  }
}
