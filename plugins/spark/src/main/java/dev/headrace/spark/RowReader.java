package dev.headrace.spark;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Decimal;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads rows as {@link dev.headrace.spark.wire.Frames} says. */
final class RowReader {
  private final Type[] types;
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  RowReader(Schema schema) {
    this.types = schema.fields().stream().map(Field::type).toArray(Type[]::new);
  }

  /** Goes on with the content of a frame; the one before must have been read. */
  void frame(byte[] content) {
    bytes = ByteBuffer.wrap(content);
  }

  /** The next row of the frame; null behind the last. */
  @Nullable List<@Nullable Object> next() {
    if (!bytes.hasRemaining()) {
      return null;
    }
    List<@Nullable Object> row = new ArrayList<>(types.length);
    for (Type type : types) {
      row.add(value(type));
    }
    return row;
  }

  private @Nullable Object value(Type type) {
    if (bytes.get() == 0) {
      return null;
    }
    return switch (type) {
      case Primitive primitive -> primitive(primitive);
      case Decimal decimal -> new BigDecimal(new BigInteger(content()), decimal.scale());
      case Struct struct -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Field field : struct.fields()) {
          fields.put(field.name(), value(field.type()));
        }
        yield fields;
      }
      case ListOf list -> {
        int count = bytes.getInt();
        List<@Nullable Object> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          elements.add(value(list.element()));
        }
        yield elements;
      }
      case MapOf map -> {
        int count = bytes.getInt();
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
          Object key = value(map.key());
          entries.put(key, value(map.value()));
        }
        yield entries;
      }
    };
  }

  private Object primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> bytes.get() != 0;
      case INT -> bytes.getInt();
      case LONG -> bytes.getLong();
      case FLOAT -> bytes.getFloat();
      case DOUBLE -> bytes.getDouble();
      case DATE -> LocalDate.ofEpochDay(bytes.getInt());
      case TIME -> LocalTime.ofNanoOfDay(bytes.getLong() * 1_000);
      case TIMESTAMP -> LocalDateTime.ofInstant(instant(), ZoneOffset.UTC);
      case TIMESTAMPTZ -> instant();
      case STRING -> new String(content(), StandardCharsets.UTF_8);
      case UUID -> UUID.fromString(new String(content(), StandardCharsets.UTF_8));
      case BINARY -> content();
    };
  }

  private Instant instant() {
    return Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
  }

  private byte[] content() {
    byte[] content = new byte[bytes.getInt()];
    bytes.get(content);
    return content;
  }
}
