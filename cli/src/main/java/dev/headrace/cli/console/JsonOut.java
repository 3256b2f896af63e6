package dev.headrace.cli.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON document as a stream.
 *
 * <p>How values are written: numbers as exact numbers, never in a string; NaN and infinities, which
 * JSON does not know, as null; dates, times and instants as ISO-8601 text; bytes in base64; an enum
 * as its name in lower case with hyphens; a record as an object of its components; a map as an
 * object, its keys as text; an absent value as null. Not thread-safe.
 */
public final class JsonOut implements AutoCloseable {
  private final JsonGenerator generator;
  private final Writer target;

  private JsonOut(Writer target) throws IOException {
    this.target = target;
    this.generator =
        JsonFactory.builder()
            .configure(StreamWriteFeature.AUTO_CLOSE_TARGET, false)
            .configure(StreamWriteFeature.AUTO_CLOSE_CONTENT, false)
            .configure(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN, true)
            .build()
            .createGenerator(target);
  }

  /** A document that goes to {@code target}, which stays open. */
  public static JsonOut to(Writer target) {
    try {
      return new JsonOut(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes {@code document} as the one document of standard output, with a line end. */
  public static void print(Console console, Object document) {
    try (JsonOut json = to(console.out())) {
      json.value(document);
    }
  }

  public void beginObject() {
    attempt(generator::writeStartObject);
  }

  public void endObject() {
    attempt(generator::writeEndObject);
  }

  public void beginArray() {
    attempt(generator::writeStartArray);
  }

  public void endArray() {
    attempt(generator::writeEndArray);
  }

  /** The key of the value or structure that follows. */
  public void key(String key) {
    attempt(() -> generator.writeFieldName(key));
  }

  public void field(String key, @Nullable Object value) {
    key(key);
    value(value);
  }

  /** Starts a new line between two values, so that large documents can be read and cut by line. */
  void newLine() {
    attempt(() -> generator.writeRaw('\n'));
  }

  public void value(@Nullable Object value) {
    attempt(() -> write(value));
  }

  private void write(@Nullable Object value) throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Boolean flag -> generator.writeBoolean(flag);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Double number -> {
        if (Double.isFinite(number)) {
          generator.writeNumber(number);
        } else {
          generator.writeNull();
        }
      }
      case Float number -> {
        if (Float.isFinite(number)) {
          generator.writeNumber(number);
        } else {
          generator.writeNull();
        }
      }
      case BigDecimal number -> generator.writeNumber(number);
      case BigInteger number -> generator.writeNumber(number);
      case byte[] bytes -> generator.writeBinary(bytes);
      case Enum<?> choice ->
          generator.writeString(choice.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      case Optional<?> optional -> write(optional.orElse(null));
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          generator.writeFieldName(ValueText.of(entry.getKey()));
          write(entry.getValue());
        }
        generator.writeEndObject();
      }
      case Collection<?> list -> {
        generator.writeStartArray();
        for (Object element : list) {
          write(element);
        }
        generator.writeEndArray();
      }
      case Record fields -> {
        generator.writeStartObject();
        for (RecordComponent component : fields.getClass().getRecordComponents()) {
          generator.writeFieldName(component.getName());
          write(read(component, fields));
        }
        generator.writeEndObject();
      }
      default -> generator.writeString(ValueText.of(value));
    }
  }

  private static @Nullable Object read(RecordComponent component, Record from) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true); // The records of commands are package-private.
      return accessor.invoke(from);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** Ends the document with a line end. */
  @Override
  public void close() {
    attempt(
        () -> {
          generator.close();
          target.write('\n');
        });
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
