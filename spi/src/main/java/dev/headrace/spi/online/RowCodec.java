package dev.headrace.spi.online;

import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of a row such that one value can be read without looking at the others. Immutable.
 *
 * <pre>
 * 0   event time, microseconds; big end first, sign bit turned: bytes compare as times do
 * 8   known at, likewise
 * 16  one bit per feature, set where the value is null; whole bytes
 * …   one slot per feature, packed, little end first: 1 byte boolean; 4 int, float, date; 8 long,
 *     double, times; 16 UUID; 4 any other: where its content begins in the row
 * …   contents of any other: text, binary, decimal, list, struct, map; see {@link Contents}
 * </pre>
 *
 * Version {@value #VERSION} of the form; stores note it beside what they keep.
 */
public final class RowCodec {
  /** To be raised by whoever changes the form of rows or keys. */
  public static final int VERSION = 1;

  private static final int NULLS = 16;
  private static final VarHandle TIME_KEY =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * How a value stands in its slot: to switch on what a {@link Type} is takes longer than to read.
   */
  private enum Slot {
    BOOLEAN(1),
    INT(4),
    LONG(8),
    FLOAT(4),
    DOUBLE(8),
    DATE(4),
    TIME(8),
    TIMESTAMP(8),
    TIMESTAMPTZ(8),
    UUID(16),
    CONTENT(4);

    private final int width;

    Slot(int width) {
      this.width = width;
    }

    static Slot of(Type type) {
      return switch (type) {
        case Primitive.BOOLEAN -> BOOLEAN;
        case Primitive.INT -> INT;
        case Primitive.LONG -> LONG;
        case Primitive.FLOAT -> FLOAT;
        case Primitive.DOUBLE -> DOUBLE;
        case Primitive.DATE -> DATE;
        case Primitive.TIME -> TIME;
        case Primitive.TIMESTAMP -> TIMESTAMP;
        case Primitive.TIMESTAMPTZ -> TIMESTAMPTZ;
        case Primitive.UUID -> UUID;
        default -> CONTENT;
      };
    }
  }

  private final Type[] types;
  private final Slot[] kinds;
  private final String[] names;
  private final int[] slots;
  private final int fixedBytes;

  RowCodec(Schema features) {
    List<Field> fields = features.fields();
    types = fields.stream().map(Field::type).toArray(Type[]::new);
    names = fields.stream().map(Field::name).toArray(String[]::new);
    kinds = fields.stream().map(field -> Slot.of(field.type())).toArray(Slot[]::new);
    slots = new int[types.length];
    int next = NULLS + (types.length + 7) / 8;
    for (int i = 0; i < types.length; i++) {
      slots[i] = next;
      next += kinds[i].width;
    }
    fixedBytes = next;
  }

  /** Bytes of every row before the contents of varying length. */
  public int fixedBytes() {
    return fixedBytes;
  }

  /**
   * @throws IllegalArgumentException if a value is not of its column's type
   */
  byte[] encode(long eventMicros, long knownMicros, List<? extends @Nullable Object> values) {
    if (values.size() != types.length) {
      throw new IllegalArgumentException(
          values.size() + " values for " + types.length + " features");
    }
    byte[] row = new byte[fixedBytes];
    TIME_KEY.set(row, 0, eventMicros ^ Long.MIN_VALUE);
    TIME_KEY.set(row, 8, knownMicros ^ Long.MIN_VALUE);
    Contents.Writer contents = null;
    for (int i = 0; i < types.length; i++) {
      Object value = values.get(i);
      if (value == null) {
        row[NULLS + (i >> 3)] |= (byte) (1 << (i & 7));
      } else if (!encodeFixed(row, i, value)) {
        if (contents == null) {
          contents = new Contents.Writer();
        }
        INT.set(row, slots[i], fixedBytes + contents.size());
        try {
          contents.write(types[i], value);
        } catch (ClassCastException e) {
          throw wrongType(i, value, e);
        }
      }
    }
    if (contents == null) {
      return row;
    }
    byte[] whole = Arrays.copyOf(row, fixedBytes + contents.size());
    contents.copyTo(whole, fixedBytes);
    return whole;
  }

  private boolean encodeFixed(byte[] row, int feature, Object value) {
    int slot = slots[feature];
    try {
      switch (kinds[feature]) {
        case BOOLEAN -> row[slot] = (byte) ((Boolean) value ? 1 : 0);
        case INT -> INT.set(row, slot, (int) (Integer) value);
        case LONG -> {
          long number = value instanceof Integer small ? small : (Long) value;
          LONG.set(row, slot, number);
        }
        case FLOAT -> INT.set(row, slot, Float.floatToRawIntBits((Float) value));
        case DOUBLE -> LONG.set(row, slot, Double.doubleToRawLongBits((Double) value));
        case DATE -> INT.set(row, slot, Math.toIntExact(((LocalDate) value).toEpochDay()));
        case TIME -> LONG.set(row, slot, ((LocalTime) value).toNanoOfDay() / 1_000);
        case TIMESTAMP -> LONG.set(row, slot, Micros.of((java.time.LocalDateTime) value));
        case TIMESTAMPTZ -> LONG.set(row, slot, Micros.of((Instant) value));
        case UUID -> {
          UUID uuid = (UUID) value;
          LONG.set(row, slot, uuid.getMostSignificantBits());
          LONG.set(row, slot + 8, uuid.getLeastSignificantBits());
        }
        case CONTENT -> {
          return false;
        }
      }
      return true;
    } catch (ClassCastException e) {
      throw wrongType(feature, value, e);
    }
  }

  private IllegalArgumentException wrongType(int feature, Object value, ClassCastException e) {
    return new IllegalArgumentException(
        "feature '%s' is of type %s, but its value is a %s: %s"
            .formatted(names[feature], types[feature], value.getClass().getSimpleName(), value),
        e);
  }

  /** A row's event time in microseconds since 1970. */
  public static long eventMicros(RowBytes row) {
    return (long) TIME_KEY.get(row.array(), row.offset()) ^ Long.MIN_VALUE;
  }

  /** When a row's values were computed or had arrived, in microseconds since 1970. */
  public static long knownMicros(RowBytes row) {
    return (long) TIME_KEY.get(row.array(), row.offset() + Long.BYTES) ^ Long.MIN_VALUE;
  }

  /** Whether {@code row} gives way to {@code next}, which is put after it. */
  public static boolean givesWay(RowBytes row, RowBytes next) {
    long event = eventMicros(row);
    long nextEvent = eventMicros(next);
    return event < nextEvent || (event == nextEvent && knownMicros(row) <= knownMicros(next));
  }

  boolean isNull(RowBytes row, int feature) {
    return (row.array()[row.offset() + NULLS + (feature >> 3)] & 1 << (feature & 7)) != 0;
  }

  long longAt(RowBytes row, int feature) {
    int slot = row.offset() + slots[feature];
    return switch (kinds[feature]) {
      case INT, DATE -> (int) INT.get(row.array(), slot);
      case LONG, TIME, TIMESTAMP, TIMESTAMPTZ -> (long) LONG.get(row.array(), slot);
      default -> throw new IllegalStateException(names[feature] + " is " + types[feature]);
    };
  }

  double doubleAt(RowBytes row, int feature) {
    int slot = row.offset() + slots[feature];
    return switch (kinds[feature]) {
      case FLOAT -> Float.intBitsToFloat((int) INT.get(row.array(), slot));
      case DOUBLE -> Double.longBitsToDouble((long) LONG.get(row.array(), slot));
      default -> throw new IllegalStateException(names[feature] + " is " + types[feature]);
    };
  }

  /** A value that is not null. */
  Object value(RowBytes row, int feature) {
    byte[] bytes = row.array();
    int slot = row.offset() + slots[feature];
    return switch (kinds[feature]) {
      case BOOLEAN -> bytes[slot] != 0;
      case INT -> (int) INT.get(bytes, slot);
      case LONG -> (long) LONG.get(bytes, slot);
      case FLOAT -> Float.intBitsToFloat((int) INT.get(bytes, slot));
      case DOUBLE -> Double.longBitsToDouble((long) LONG.get(bytes, slot));
      case DATE -> LocalDate.ofEpochDay((int) INT.get(bytes, slot));
      case TIME -> LocalTime.ofNanoOfDay((long) LONG.get(bytes, slot) * 1_000);
      case TIMESTAMP -> Micros.dateTime((long) LONG.get(bytes, slot));
      case TIMESTAMPTZ -> Micros.instant((long) LONG.get(bytes, slot));
      case UUID -> new UUID((long) LONG.get(bytes, slot), (long) LONG.get(bytes, slot + 8));
      case CONTENT -> Contents.read(types[feature], row, (int) INT.get(bytes, slot));
    };
  }
}
