package dev.headrace.data.duckdb;

import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.ListOf;
import dev.headrace.spi.schema.Type.MapOf;
import dev.headrace.spi.schema.Type.Primitive;
import dev.headrace.spi.schema.Type.Struct;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as {@link dev.headrace.spi.engine.Rows} promises them.
 *
 * <p>The driver hands out a time stamp inside a list, struct or map as {@code java.sql.Timestamp},
 * which cannot hold the hour that a daylight-saving change of the JVM's zone skips. Such columns
 * are fetched with their time stamps as text instead.
 */
final class Values {
  private static final String BEFORE_CHRIST = " (BC)";
  private static final LocalDateTime EPOCH = LocalDate.EPOCH.atStartOfDay();
  private static final LocalDateTime ENDLESS_FUTURE = EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);
  private static final LocalDateTime ENDLESS_PAST = EPOCH.minus(Long.MAX_VALUE, ChronoUnit.MICROS);
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendValue(ChronoField.YEAR, 4, 6, SignStyle.NOT_NEGATIVE)
          .appendPattern("-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private Values() {}

  /** Whether the type holds a time stamp without zone inside. */
  static boolean needsText(Type type) {
    return switch (type) {
      case Primitive p -> false;
      case Type.Decimal d -> false;
      case Struct struct -> struct.fields().stream().anyMatch(f -> isOrNeeds(f.type()));
      case ListOf list -> isOrNeeds(list.element());
      case MapOf map -> isOrNeeds(map.key()) || isOrNeeds(map.value());
    };
  }

  private static boolean isOrNeeds(Type type) {
    return type == Primitive.TIMESTAMP || needsText(type);
  }

  /** The type with every time stamp without zone as a string. */
  static Type asText(Type type) {
    return switch (type) {
      case Primitive p -> p == Primitive.TIMESTAMP ? Primitive.STRING : p;
      case Type.Decimal d -> d;
      case Struct struct ->
          new Struct(
              struct.fields().stream()
                  .map(f -> new Field(f.id(), f.name(), asText(f.type())))
                  .toList());
      case ListOf list -> new ListOf(0, asText(list.element()));
      case MapOf map -> new MapOf(0, asText(map.key()), 0, asText(map.value()));
    };
  }

  static @Nullable Object read(ResultSet row, int column, Type type) throws SQLException {
    if (type == Primitive.TIMESTAMP) {
      return row.getObject(column, LocalDateTime.class);
    }
    try {
      return convert(row.getObject(column), type);
    } catch (DateTimeException e) {
      throw new HeadraceException(
          DuckDbErrorCode.DUCKDB_VALUE,
          "Cannot read a %s of the result: %s.".formatted(type, e.getMessage()),
          "A time of day lies before 24:00:00. Filter it out, or cast it to a text.");
    }
  }

  private static @Nullable Object convert(@Nullable Object value, Type type) throws SQLException {
    if (value == null) {
      return null;
    }
    return switch (type) {
      case Primitive primitive ->
          switch (primitive) {
            case INT -> ((Number) value).intValue();
            case LONG -> ((Number) value).longValue();
            case STRING -> value.toString();
            case TIMESTAMP -> timestamp(value.toString());
            case TIMESTAMPTZ -> ((OffsetDateTime) value).toInstant();
            case BINARY -> bytes(value);
            case BOOLEAN, FLOAT, DOUBLE, DATE, TIME, UUID -> value;
          };
      case Type.Decimal decimal ->
          value instanceof BigInteger integer ? new BigDecimal(integer) : value;
      case ListOf list -> {
        Object[] elements = (Object[]) ((Array) value).getArray();
        List<@Nullable Object> converted = new ArrayList<>(elements.length);
        for (Object element : elements) {
          converted.add(convert(element, list.element()));
        }
        yield converted;
      }
      case Struct struct -> {
        Object[] attributes = ((java.sql.Struct) value).getAttributes();
        Map<String, @Nullable Object> converted = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i++) {
          Field field = struct.fields().get(i);
          converted.put(field.name(), convert(attributes[i], field.type()));
        }
        yield converted;
      }
      case MapOf map -> {
        Map<@Nullable Object, @Nullable Object> converted = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          converted.put(convert(entry.getKey(), map.key()), convert(entry.getValue(), map.value()));
        }
        yield converted;
      }
    };
  }

  /** A time stamp as DuckDB writes it: years before Christ are marked, infinity is a word. */
  private static LocalDateTime timestamp(String text) {
    if (text.endsWith("infinity")) {
      return text.startsWith("-") ? ENDLESS_PAST : ENDLESS_FUTURE;
    }
    LocalDateTime read = LocalDateTime.parse(text.replace(BEFORE_CHRIST, ""), TIMESTAMP);
    return text.contains(BEFORE_CHRIST) ? read.withYear(1 - read.getYear()) : read;
  }

  private static byte[] bytes(Object value) throws SQLException {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    Blob blob = (Blob) value;
    return blob.getBytes(1, (int) blob.length());
  }
}
