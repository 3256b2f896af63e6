package dev.headrace.core.project.spec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a bound record says, key by key as the user would write it, for people to read. */
public final class Settings {
  private Settings() {}

  /**
   * The keys of {@code spec} whose values are not the default, in the order of its reference page.
   * Values are text, lists and maps of such. The statement of an SQL file is left out; a secret
   * stays hidden.
   */
  public static Map<String, Object> of(Record spec) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (RecordComponent component : spec.getClass().getRecordComponents()) {
      Object value = value(component, spec);
      if (value == null || component.isAnnotationPresent(Body.class)) {
        continue;
      }
      Object written = written(value);
      if (component.isAnnotationPresent(Inline.class)) {
        settings.put(Shapes.kebab(value.getClass().getSimpleName()), payload(value, written));
      } else if (!isDefault(component, written)) {
        settings.put(Shapes.kebab(component.getName()), written);
      }
    }
    return settings;
  }

  /** A choice with one component is written as that component's value. */
  private static Object payload(Object choice, Object written) {
    return choice.getClass().getRecordComponents().length == 1
            && written instanceof Map<?, ?> keys
            && keys.size() == 1
        ? keys.values().iterator().next()
        : written;
  }

  private static boolean isDefault(RecordComponent component, Object written) {
    Default usual = component.getAnnotation(Default.class);
    String text = written.toString();
    return text.isEmpty()
        || text.equals("[]")
        || text.equals("{}")
        || (usual != null && (text.equals(usual.value()) || quoted(text).equals(usual.value())));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static Object written(Object value) {
    return switch (value) {
      case Secret _, ByteSize _, Percentage _ -> value.toString();
      case Enum<?> choice -> choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case Duration duration -> text(duration);
      case Map<?, ?> map -> {
        Map<String, Object> entries = new LinkedHashMap<>();
        map.forEach((key, entry) -> entries.put(String.valueOf(key), written(entry)));
        yield entries;
      }
      case Collection<?> items -> {
        List<Object> list = new ArrayList<>();
        items.forEach(item -> list.add(written(item)));
        yield list;
      }
      case Record record -> of(record);
      default -> value.toString();
    };
  }

  /** {@code 2d}, {@code 90m}: the largest unit that leaves no rest. */
  private static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static @Nullable Object value(RecordComponent component, Record from) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(from);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
