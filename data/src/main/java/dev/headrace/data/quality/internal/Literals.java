package dev.headrace.data.quality.internal;

import dev.headrace.spi.schema.Type;
import dev.headrace.spi.schema.Type.Primitive;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Reads a user's text as a value of a column's type, and writes such a value in SQL. */
public final class Literals {
  private static final int MAX_DIGITS = 38;

  private Literals() {}

  /** Whether values of the type are whole numbers. */
  public static boolean isInteger(Type type) {
    return type == Primitive.INT || type == Primitive.LONG;
  }

  /** Whether values of the type are binary floating point, which knows NaN. */
  public static boolean isFloating(Type type) {
    return type == Primitive.FLOAT || type == Primitive.DOUBLE;
  }

  /** Whether values of the type are numbers compared exactly. */
  public static boolean isExact(Type type) {
    return isInteger(type) || type instanceof Type.Decimal;
  }

  /** Whether values of the type are points in time. */
  public static boolean isTemporal(Type type) {
    return type == Primitive.DATE || type == Primitive.TIMESTAMP || type == Primitive.TIMESTAMPTZ;
  }

  /** Whether the type has no parts. */
  public static boolean isScalar(Type type) {
    return type instanceof Primitive || type instanceof Type.Decimal;
  }

  /** The type as a user writes it. */
  public static String describe(Type type) {
    return switch (type) {
      case Primitive primitive -> primitive.name().toLowerCase(Locale.ROOT);
      case Type.Decimal(int precision, int scale) -> "decimal(" + precision + "," + scale + ")";
      case Type.Struct struct -> "struct";
      case Type.ListOf list -> "list";
      case Type.MapOf map -> "map";
    };
  }

  /**
   * The value {@code text} stands for in a column of {@code type}: a {@code BigDecimal}, {@code
   * Boolean}, {@code LocalDate}, {@code LocalDateTime}, {@code Instant}, {@code LocalTime}, {@code
   * UUID} or {@code String}; empty when it is not one.
   */
  public static Optional<Comparable<?>> read(String text, Type type) {
    String trimmed = text.strip();
    try {
      return switch (type) {
        case Type.Decimal decimal -> number(trimmed, MAX_DIGITS);
        case Type.Struct struct -> Optional.empty();
        case Type.ListOf list -> Optional.empty();
        case Type.MapOf map -> Optional.empty();
        case Primitive primitive ->
            switch (primitive) {
              case INT, LONG -> number(trimmed, MAX_DIGITS);
              case FLOAT, DOUBLE -> number(trimmed, Integer.MAX_VALUE);
              case BOOLEAN -> bool(trimmed);
              case DATE -> Optional.of(LocalDate.parse(trimmed));
              case TIME -> Optional.of(LocalTime.parse(trimmed));
              case TIMESTAMP -> Optional.of(localDateTime(trimmed));
              case TIMESTAMPTZ -> Optional.of(instant(trimmed));
              case STRING -> Optional.of(text);
              case UUID -> Optional.of(UUID.fromString(trimmed));
              case BINARY -> Optional.empty();
            };
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A value from {@link #read} as SQL of the type it is compared with. */
  public static String write(Comparable<?> value, Type type) {
    return switch (value) {
      case Boolean bool -> bool ? "true" : "false";
      case BigDecimal number when type == Primitive.FLOAT ->
          "cast('" + number.floatValue() + "' as float)";
      case BigDecimal number when type == Primitive.DOUBLE ->
          "cast('" + number.doubleValue() + "' as double)";
      case BigDecimal number -> exact(number);
      case LocalDate date -> "cast('" + date + "' as date)";
      case LocalTime time -> "cast('" + time + "' as time)";
      case LocalDateTime time when type == Primitive.TIMESTAMP ->
          "cast('" + time + "' as timestamp)";
      // Engines call the type by different names, and one has no UUID but its text.
      case Instant instant ->
          "make_timestamptz(" + ChronoUnit.MICROS.between(Instant.EPOCH, instant) + ")";
      case UUID uuid -> Sql.text(uuid.toString());
      case String text -> Sql.text(text);
      default -> throw new IllegalArgumentException(value.getClass() + " for " + describe(type));
    };
  }

  /** The least whole number at or above {@code number}. */
  static BigDecimal ceiling(BigDecimal number) {
    return number.setScale(0, RoundingMode.CEILING);
  }

  /** The greatest whole number at or below {@code number}. */
  static BigDecimal floor(BigDecimal number) {
    return number.setScale(0, RoundingMode.FLOOR);
  }

  // Plain digits are the narrowest type an engine has for them, and decimals stay exact.
  private static String exact(BigDecimal number) {
    BigDecimal plain = number.stripTrailingZeros();
    int scale = Math.max(plain.scale(), 0);
    int digits = Math.max(plain.precision() - plain.scale() + scale, scale);
    if (scale == 0 && digits <= 18) {
      return plain.toPlainString();
    }
    return "cast('"
        + plain.toPlainString()
        + "' as decimal("
        + Math.max(digits, 1)
        + ","
        + scale
        + "))";
  }

  private static Optional<Comparable<?>> number(String text, int maxDigits) {
    BigDecimal number = new BigDecimal(text);
    // Bounds the exponent before anything spells the digits out.
    if (Math.abs((long) number.scale()) > 400) {
      return Optional.empty();
    }
    BigDecimal plain = number.stripTrailingZeros();
    int scale = Math.max(plain.scale(), 0);
    int digits = Math.max(plain.precision() - plain.scale() + scale, scale);
    return digits > maxDigits ? Optional.empty() : Optional.of(plain);
  }

  private static Optional<Comparable<?>> bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static LocalDateTime localDateTime(String text) {
    return text.length() <= 10
        ? LocalDate.parse(text).atStartOfDay()
        : LocalDateTime.parse(text.replace(' ', 'T'));
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    } catch (DateTimeException e) {
      return localDateTime(text).toInstant(ZoneOffset.UTC);
    }
  }
}
