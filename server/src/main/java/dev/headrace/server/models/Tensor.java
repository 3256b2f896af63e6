package dev.headrace.server.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.spi.error.HeadraceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that a request brings: its elements in row-major order. JSON's null, and in binary NaN,
 * is a missing number; null is a missing text. Infinite numbers are refused.
 *
 * @param path where it stands in the request, for example {@code inputs[0]}
 */
record Tensor(String path, String name, DataType type, List<Integer> shape, Elements elements) {
  private static final int MOST_DIMENSIONS = 8;

  Tensor {
    shape = List.copyOf(shape);
  }

  /** The elements by what they are. */
  sealed interface Elements {}

  /**
   * @param values NaN where missing
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared by nobody.
  record Numbers(double[] values) implements Elements {}

  /**
   * @param values null where missing
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared by nobody.
  record Texts(@Nullable String[] values) implements Elements {}

  /** Reads elements that stand in the document. */
  static Tensor ofJson(
      String path, String name, DataType type, List<Integer> shape, JsonNode data) {
    int size = size(path, shape);
    if (!data.isArray()) {
      throw wrong(path + ".data", "must be an array");
    }
    Reading reading = new Reading(type, size);
    boolean nested = !data.isEmpty() && data.get(0).isArray();
    if (nested) {
      reading.nested(data, shape, 0, path + ".data");
    } else {
      reading.flat(data, path + ".data");
    }
    return new Tensor(path, name, type, shape, reading.elements());
  }

  /**
   * Reads elements that follow the document.
   *
   * @param binary exactly those of this tensor
   */
  static Tensor ofBinary(
      String path, String name, DataType type, List<Integer> shape, ByteBuffer binary) {
    int size = size(path, shape);
    ByteBuffer data = binary.slice().order(ByteOrder.LITTLE_ENDIAN);
    String place = path + ".parameters.binary_data_size";
    if (type == DataType.BYTES) {
      return new Tensor(path, name, type, shape, new Texts(texts(data, size, place)));
    }
    if (data.remaining() != (long) size * type.sizeBytes()) {
      throw wrong(
          place,
          "is %d, but %d elements of %s have %d bytes"
              .formatted(data.remaining(), size, type, (long) size * type.sizeBytes()));
    }
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = type.next(data);
      if (Double.isInfinite(values[i])) {
        throw wrong(path + ".data[" + i + "]", "is infinite");
      }
    }
    return new Tensor(path, name, type, shape, new Numbers(values));
  }

  private static @Nullable String[] texts(ByteBuffer data, int size, String place) {
    @Nullable String[] values = new String[size];
    for (int i = 0; i < size; i++) {
      if (data.remaining() < Integer.BYTES) {
        throw wrong(place, "ends before element " + i);
      }
      int length = data.getInt();
      if (length < 0 || length > data.remaining()) {
        throw wrong(place, "ends within element " + i);
      }
      try {
        CharBuffer text =
            StandardCharsets.UTF_8.newDecoder().decode(data.slice(data.position(), length));
        values[i] = text.toString();
      } catch (CharacterCodingException e) {
        throw wrong(place, "holds in element " + i + " what is no UTF-8");
      }
      data.position(data.position() + length);
    }
    if (data.hasRemaining()) {
      throw wrong(place, "leaves " + data.remaining() + " bytes over");
    }
    return values;
  }

  /** Product of the shape. */
  private static int size(String path, List<Integer> shape) {
    if (shape.isEmpty() || shape.size() > MOST_DIMENSIONS) {
      throw wrong(path + ".shape", "must have 1 to " + MOST_DIMENSIONS + " dimensions");
    }
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
      if (size > Integer.MAX_VALUE) {
        throw wrong(path + ".shape", "is too large: " + shape);
      }
    }
    return (int) size;
  }

  static HeadraceException wrong(String path, String reason) {
    return new HeadraceException(
        ModelRequestError.MODELS_REQUEST_INPUT,
        "Cannot read the request: %s %s.".formatted(path, reason),
        "GET /v2/models/MODEL tells what the model takes.");
  }

  /** Elements on their way out of JSON. */
  private static final class Reading {
    private final DataType type;
    private final double[] numbers;
    private final @Nullable String[] texts;
    private final int size;
    private int count;

    Reading(DataType type, int size) {
      this.type = type;
      this.size = size;
      this.numbers = new double[type == DataType.BYTES ? 0 : size];
      this.texts = new String[type == DataType.BYTES ? size : 0];
    }

    Elements elements() {
      return type == DataType.BYTES ? new Texts(texts) : new Numbers(numbers);
    }

    void flat(JsonNode data, String path) {
      if (data.size() != size) {
        throw wrong(path, "has %d elements, but the shape has %d".formatted(data.size(), size));
      }
      for (JsonNode element : data) {
        add(element, path, count);
      }
    }

    void nested(JsonNode data, List<Integer> shape, int depth, String path) {
      int wanted = shape.get(depth);
      if (!data.isArray() || data.size() != wanted) {
        throw wrong(
            path,
            "must be an array of %d, as the shape says, but is %s"
                .formatted(wanted, data.isArray() ? "of " + data.size() : shortened(data)));
      }
      for (int i = 0; i < wanted; i++) {
        if (depth == shape.size() - 1) {
          add(data.get(i), path, i);
        } else {
          nested(data.get(i), shape, depth + 1, path + "[" + i + "]");
        }
      }
    }

    private void add(JsonNode element, String path, int at) {
      int place = count++;
      if (type == DataType.BYTES) {
        if (!element.isTextual() && !element.isNull()) {
          throw wrong(path + "[" + at + "]", "must be a text, but is " + shortened(element));
        }
        texts[place] = element.isNull() ? null : element.textValue();
      } else {
        numbers[place] = number(element, path, at);
      }
    }

    private double number(JsonNode element, String path, int at) {
      if (element.isNull()) {
        return Double.NaN;
      }
      if (element.isBoolean()) {
        return element.booleanValue() ? 1 : 0;
      }
      double value = element.isNumber() ? element.doubleValue() : Double.NaN;
      if (!Double.isFinite(value)) {
        throw wrong(path + "[" + at + "]", "must be a finite number, but is " + shortened(element));
      }
      return value;
    }

    private static String shortened(JsonNode node) {
      String text = node.toString();
      return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
  }
}
