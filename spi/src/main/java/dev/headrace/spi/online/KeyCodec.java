package dev.headrace.spi.online;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Makes bytes of the values that identify an entity, such that two keys have the same bytes exactly
 * when all their values are equal: parts of varying length carry their length, so that {@code
 * ("ab", "c")} and {@code ("a", "bc")} differ. Immutable.
 *
 * <p>Integers of both widths take eight bytes, big end first, so that a column may be widened;
 * dates four; texts and decimals four bytes of length and then theirs. Numbers with a binary point
 * cannot be keys, because equal values of them need not look equal.
 */
public final class KeyCodec {
  private final List<Field> parts;

  /**
   * @throws IllegalArgumentException if there is no key, or a type cannot be one
   */
  KeyCodec(Schema keys) {
    this.parts = keys.fields();
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a view needs a key");
    }
    for (Field part : parts) {
      if (!canBeKey(part.type())) {
        throw new IllegalArgumentException(
            "key '" + part.name() + "' cannot be of type " + part.type());
      }
    }
  }

  /** Whether values of the type can identify something. */
  public static boolean canBeKey(Type type) {
    return switch (type) {
      case Primitive.FLOAT, Primitive.DOUBLE, Primitive.TIME, Primitive.BINARY -> false;
      case Primitive _, Type.Decimal _ -> true;
      case Type.Struct _, Type.ListOf _, Type.MapOf _ -> false;
    };
  }

  /**
   * A key.
   *
   * @param values one per part, never null, of the Java types of {@link
   *     dev.headrace.spi.engine.Rows}; {@code Integer} and {@code Long} stand for each other
   * @throws IllegalArgumentException if a value is missing or of another type
   */
  public EntityKey encode(List<?> values) {
    if (values.size() != parts.size()) {
      throw new IllegalArgumentException(values.size() + " values for " + parts.size() + " keys");
    }
    if (values.size() == 1
        && values.getFirst() instanceof Long number
        && isWhole(parts.getFirst())) {
      return new EntityKey(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
    List<byte[]> pieces = new ArrayList<>(parts.size());
    int length = 0;
    for (int i = 0; i < parts.size(); i++) {
      byte[] piece = piece(parts.get(i), values.get(i));
      pieces.add(piece);
      length += piece.length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    pieces.forEach(bytes::put);
    return new EntityKey(bytes.array());
  }

  private static boolean isWhole(Field part) {
    return part.type() == Primitive.LONG || part.type() == Primitive.INT;
  }

  private static byte[] piece(Field part, Object value) {
    return switch (part.type()) {
      case Primitive.INT, Primitive.LONG -> number(whole(part, value));
      case Primitive.BOOLEAN -> new byte[] {(byte) (as(Boolean.class, part, value) ? 1 : 0)};
      case Primitive.DATE ->
          ByteBuffer.allocate(Integer.BYTES)
              .putInt(Math.toIntExact(as(LocalDate.class, part, value).toEpochDay()))
              .array();
      case Primitive.TIMESTAMP -> number(Micros.of(as(LocalDateTime.class, part, value)));
      case Primitive.TIMESTAMPTZ -> number(Micros.of(as(Instant.class, part, value)));
      case Primitive.STRING ->
          sized(as(String.class, part, value).getBytes(StandardCharsets.UTF_8));
      case Primitive.UUID -> {
        UUID uuid = as(UUID.class, part, value);
        yield ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
      }
      case Type.Decimal decimal ->
          sized(
              as(BigDecimal.class, part, value)
                  .setScale(decimal.scale())
                  .unscaledValue()
                  .toByteArray());
      default -> throw new IllegalStateException("not a key: " + part.type());
    };
  }

  private static long whole(Field part, Object value) {
    return value instanceof Integer small ? small : as(Long.class, part, value);
  }

  private static <T> T as(Class<T> type, Field part, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "key '" + part.name() + "' must be a " + type.getSimpleName() + ", but is " + value);
    }
    return type.cast(value);
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] sized(byte[] content) {
    return ByteBuffer.allocate(Integer.BYTES + content.length)
        .putInt(content.length)
        .put(content)
        .array();
  }

  /** The values a key was made of; whole numbers come back in the width of their column. */
  public List<Object> decode(EntityKey key) {
    ByteBuffer bytes = ByteBuffer.wrap(key.bytes());
    List<Object> values = new ArrayList<>(parts.size());
    for (Field part : parts) {
      values.add(value(part.type(), bytes));
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException(
          "key " + key + " has " + bytes.remaining() + " bytes left");
    }
    return values;
  }

  private static Object value(Type type, ByteBuffer bytes) {
    return switch (type) {
      case Primitive.INT -> Math.toIntExact(bytes.getLong());
      case Primitive.LONG -> bytes.getLong();
      case Primitive.BOOLEAN -> bytes.get() != 0;
      case Primitive.DATE -> LocalDate.ofEpochDay(bytes.getInt());
      case Primitive.TIMESTAMP -> Micros.dateTime(bytes.getLong());
      case Primitive.TIMESTAMPTZ -> Micros.instant(bytes.getLong());
      case Primitive.STRING -> new String(sized(bytes), StandardCharsets.UTF_8);
      case Primitive.UUID -> new UUID(bytes.getLong(), bytes.getLong());
      case Type.Decimal decimal -> new BigDecimal(new BigInteger(sized(bytes)), decimal.scale());
      default -> throw new IllegalStateException("not a key: " + type);
    };
  }

  private static byte[] sized(ByteBuffer bytes) {
    byte[] content = new byte[bytes.getInt()];
    bytes.get(content);
    return content;
  }
}
