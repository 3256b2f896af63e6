package dev.headrace.spi.online;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values of varying length within a row, big end first: four bytes of length and then the bytes of
 * a text, binary or unscaled decimal; four bytes of count and then the elements of a list or the
 * pairs of a map; the fields of a struct. Each element, value and field is led by a byte: 1 for a
 * value, 0 for null.
 */
final class Contents {
  private Contents() {}

  /** Collects the contents of one row. */
  static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    int size() {
      return out.size();
    }

    void copyTo(byte[] row, int from) {
      System.arraycopy(out.toByteArray(), 0, row, from, out.size());
    }

    void write(Type type, Object value) {
      switch (type) {
        case Primitive.BOOLEAN -> out.write((Boolean) value ? 1 : 0);
        case Primitive.INT -> integer((Integer) value);
        case Primitive.LONG -> number(value instanceof Integer small ? (long) small : (Long) value);
        case Primitive.FLOAT -> integer(Float.floatToRawIntBits((Float) value));
        case Primitive.DOUBLE -> number(Double.doubleToRawLongBits((Double) value));
        case Primitive.DATE -> integer(Math.toIntExact(((LocalDate) value).toEpochDay()));
        case Primitive.TIME -> number(((LocalTime) value).toNanoOfDay() / 1_000);
        case Primitive.TIMESTAMP -> number(Micros.of((LocalDateTime) value));
        case Primitive.TIMESTAMPTZ -> number(Micros.of((Instant) value));
        case Primitive.STRING -> sized(((String) value).getBytes(StandardCharsets.UTF_8));
        case Primitive.BINARY -> sized((byte[]) value);
        case Primitive.UUID -> {
          number(((UUID) value).getMostSignificantBits());
          number(((UUID) value).getLeastSignificantBits());
        }
        case Type.Decimal decimal ->
            sized(((BigDecimal) value).setScale(decimal.scale()).unscaledValue().toByteArray());
        case Type.ListOf list -> {
          List<?> elements = (List<?>) value;
          integer(elements.size());
          elements.forEach(element -> optional(list.element(), element));
        }
        case Type.MapOf map -> {
          Map<?, ?> pairs = (Map<?, ?>) value;
          integer(pairs.size());
          pairs.forEach(
              (key, content) -> {
                write(map.key(), key);
                optional(map.value(), content);
              });
        }
        case Type.Struct struct -> {
          Map<?, ?> fields = (Map<?, ?>) value;
          for (Field field : struct.fields()) {
            optional(field.type(), fields.get(field.name()));
          }
        }
      }
    }

    private void optional(Type type, @Nullable Object value) {
      out.write(value == null ? 0 : 1);
      if (value != null) {
        write(type, value);
      }
    }

    private void integer(int value) {
      out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private void number(long value) {
      out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    private void sized(byte[] bytes) {
      integer(bytes.length);
      out.writeBytes(bytes);
    }
  }

  /** The content that begins at {@code from} within the row. */
  static Object read(Type type, RowBytes row, int from) {
    return read(type, ByteBuffer.wrap(row.array(), row.offset() + from, row.length() - from));
  }

  private static Object read(Type type, ByteBuffer in) {
    return switch (type) {
      case Primitive.BOOLEAN -> in.get() != 0;
      case Primitive.INT -> in.getInt();
      case Primitive.LONG -> in.getLong();
      case Primitive.FLOAT -> Float.intBitsToFloat(in.getInt());
      case Primitive.DOUBLE -> Double.longBitsToDouble(in.getLong());
      case Primitive.DATE -> LocalDate.ofEpochDay(in.getInt());
      case Primitive.TIME -> LocalTime.ofNanoOfDay(in.getLong() * 1_000);
      case Primitive.TIMESTAMP -> Micros.dateTime(in.getLong());
      case Primitive.TIMESTAMPTZ -> Micros.instant(in.getLong());
      case Primitive.STRING -> new String(sized(in), StandardCharsets.UTF_8);
      case Primitive.BINARY -> sized(in);
      case Primitive.UUID -> new UUID(in.getLong(), in.getLong());
      case Type.Decimal decimal -> new BigDecimal(new BigInteger(sized(in)), decimal.scale());
      case Type.ListOf list -> {
        int count = in.getInt();
        List<@Nullable Object> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          elements.add(optional(list.element(), in));
        }
        yield elements;
      }
      case Type.MapOf map -> {
        int count = in.getInt();
        Map<Object, @Nullable Object> pairs = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
          Object key = read(map.key(), in);
          pairs.put(key, optional(map.value(), in));
        }
        yield pairs;
      }
      case Type.Struct struct -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Field field : struct.fields()) {
          fields.put(field.name(), optional(field.type(), in));
        }
        yield fields;
      }
    };
  }

  private static @Nullable Object optional(Type type, ByteBuffer in) {
    return in.get() == 0 ? null : read(type, in);
  }

  private static byte[] sized(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }
}
