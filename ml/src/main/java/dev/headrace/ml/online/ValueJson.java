package dev.headrace.ml.online;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headrace.spi.online.OnlineRows;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON: numbers and truth values as such, everything else as text in ISO form,
 * binary in Base64. What is no number is written {@code "NaN"}, {@code "Infinity"} and {@code
 * "-Infinity"}, as Protobuf's JSON has it.
 */
public final class ValueJson {
  private ValueJson() {}

  /** A value that is present; numbers without making objects of them. */
  public static void write(
      JsonGenerator out, DoubleJson doubles, OnlineRows rows, int key, int feature)
      throws IOException {
    Type type = rows.layout().features().fields().get(feature).type();
    switch (type) {
      case Primitive.LONG, Primitive.INT -> out.writeNumber(rows.longAt(key, feature));
      case Primitive.DOUBLE -> doubles.write(out, rows.doubleAt(key, feature));
      default -> object(out, rows.value(key, feature));
    }
  }

  private static void number(JsonGenerator out, double value) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeString(Double.toString(value));
    }
  }

  /** Any value as the codec gives it. */
  public static void object(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Boolean truth -> out.writeBoolean(truth);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number -> number(out, number);
      case Float number -> {
        if (Float.isFinite(number)) {
          out.writeNumber(number);
        } else {
          out.writeString(Float.toString(number));
        }
      }
      case BigDecimal number -> out.writeNumber(number);
      case byte[] bytes -> out.writeBinary(bytes);
      case List<?> elements -> {
        out.writeStartArray();
        for (Object element : elements) {
          object(out, element);
        }
        out.writeEndArray();
      }
      case Map<?, ?> pairs -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> pair : pairs.entrySet()) {
          out.writeFieldName(String.valueOf(pair.getKey()));
          object(out, pair.getValue());
        }
        out.writeEndObject();
      }
      default -> out.writeString(value.toString());
    }
  }
}
