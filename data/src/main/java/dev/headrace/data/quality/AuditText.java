package dev.headrace.data.quality;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks as a text that differs wherever they do. What held of rows is believed of them later by
 * it, so that no two meanings may share one: {@code {a: 'x, b=y'}} and {@code {a: x, b: y}} print
 * alike, and so do no condition and the condition {@code null}.
 */
public final class AuditText {
  /** Of what checks mean: whoever changes the SQL of one counts it up, and all are asked anew. */
  private static final int VERSION = 1;

  private AuditText() {}

  /** The text of a table's checks; the same for none of them, whatever the version. */
  public static String of(List<CheckSpec> checks) {
    if (checks.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("checks ").append(VERSION).append(' ');
    append(text, checks);
    return text.toString();
  }

  private static void append(StringBuilder text, @Nullable Object value) {
    switch (value) {
      case null -> text.append('~');
      case Record record -> {
        text.append(record.getClass().getSimpleName()).append('(');
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          append(text, valueOf(component, record));
        }
        text.append(')');
      }
      case Map<?, ?> map -> {
        text.append('{');
        map.forEach(
            (key, of) -> {
              append(text, key);
              append(text, of);
            });
        text.append('}');
      }
      case Collection<?> all -> {
        text.append('[');
        all.forEach(each -> append(text, each));
        text.append(']');
      }
      default -> {
        String plain = value.toString();
        text.append(plain.length()).append(':').append(plain);
      }
    }
  }

  private static @Nullable Object valueOf(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
