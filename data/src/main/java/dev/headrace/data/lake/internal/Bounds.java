package dev.headrace.data.lake.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.UnicodeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of a column in a file: an engine's text, Iceberg's bytes, Java values.
 *
 * <p>A bound that is not understood is left out: that reads a file too many, a wrong one would lose
 * rows. UUID and binary have none: engines do not agree on their order or their text.
 */
final class Bounds {
  /** Which side of the values a bound lies on. */
  enum Side {
    LOWER,
    UPPER
  }

  /** As Iceberg's own writers cut them: enough to tell files apart, little enough to keep. */
  static final int STRING_LENGTH = 16;

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral(' ')
          .optionalEnd()
          .optionalStart()
          .appendLiteral('T')
          .optionalEnd()
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter TIMESTAMPTZ =
      new DateTimeFormatterBuilder()
          .append(TIMESTAMP)
          .appendOffset("+HH:mm:ss", "Z")
          .toFormatter(Locale.ROOT);

  /** Iceberg's bytes for a bound; null when the text is no usable bound. */
  static @Nullable ByteBuffer encode(Type type, Side side, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Object value = parse(type, side, text);
      return value == null ? null : Conversions.toByteBuffer(type, value);
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return null;
    }
  }

  /** The bound as a value of {@link dev.headrace.spi.engine.Rows}. */
  static @Nullable Object decode(Type type, @Nullable ByteBuffer bytes) {
    if (bytes == null) {
      return null;
    }
    Object value = Conversions.fromByteBuffer(type, bytes);
    return switch (type.typeId()) {
      case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> value;
      case STRING -> value.toString();
      case DATE -> LocalDate.ofEpochDay((Integer) value);
      case TIME -> LocalTime.ofNanoOfDay(Math.multiplyExact((Long) value, 1_000L));
      case TIMESTAMP -> {
        Instant instant = Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS);
        yield ((Types.TimestampType) type).shouldAdjustToUTC()
            ? instant
            : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
      }
      default -> null;
    };
  }

  private static @Nullable Object parse(Type type, Side side, String text) {
    return switch (type.typeId()) {
      case BOOLEAN -> parseBoolean(text);
      case INTEGER -> Integer.valueOf(text);
      case LONG -> Long.valueOf(text);
      case FLOAT -> {
        float value = Float.parseFloat(javaReal(text));
        yield Float.isNaN(value) ? null : value == 0 ? (side == Side.LOWER ? -0f : 0f) : value;
      }
      case DOUBLE -> {
        double value = Double.parseDouble(javaReal(text));
        yield Double.isNaN(value) ? null : value == 0 ? (side == Side.LOWER ? -0d : 0d) : value;
      }
      case DECIMAL ->
          new BigDecimal(text)
              .setScale(((Types.DecimalType) type).scale(), RoundingMode.UNNECESSARY);
      case DATE -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
      case TIME -> micros(LocalTime.parse(text));
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC()
              ? micros(OffsetDateTime.parse(text, TIMESTAMPTZ).toInstant())
              : micros(LocalDateTime.parse(text, TIMESTAMP));
      case STRING ->
          side == Side.LOWER
              ? UnicodeUtil.truncateStringMin(text, STRING_LENGTH)
              : UnicodeUtil.truncateStringMax(text, STRING_LENGTH);
      default -> null;
    };
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static String javaReal(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "infinity" -> "Infinity";
      case "-inf", "-infinity" -> "-Infinity";
      case "nan", "-nan" -> "NaN";
      default -> text;
    };
  }

  /** Microseconds since the epoch. */
  static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  static long micros(LocalDateTime dateTime) {
    return micros(dateTime.toInstant(ZoneOffset.UTC));
  }

  /** Microseconds since midnight. */
  static long micros(LocalTime time) {
    return time.getLong(ChronoField.MICRO_OF_DAY);
  }

  private Bounds() {}
}
