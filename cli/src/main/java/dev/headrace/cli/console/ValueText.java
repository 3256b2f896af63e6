package dev.headrace.cli.console;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a query result as text: the same in tables, CSV and JSON keys. Exact and readable by
 * other programs: ISO-8601 with seconds, plain decimals, base64, JSON for nested values.
 */
public final class ValueText {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .append(TIME)
          .toFormatter(Locale.ROOT);

  /** DuckDB keeps what SQL calls infinity as the last microsecond that a long can count to. */
  private static final Instant ENDLESS_FUTURE =
      Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);

  private static final Instant ENDLESS_PAST =
      Instant.EPOCH.minus(Long.MAX_VALUE, ChronoUnit.MICROS);

  private ValueText() {}

  /** The value as text; {@code null} for none. */
  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> text;
      case BigDecimal number -> number.toPlainString();
      case LocalDateTime time -> infinite(time.toInstant(ZoneOffset.UTC), TIMESTAMP.format(time));
      case Instant time -> infinite(time, time.toString());
      case LocalDate day ->
          Math.abs(day.toEpochDay()) == Integer.MAX_VALUE
              ? infinity(day.toEpochDay())
              : day.toString();
      case LocalTime time -> TIME.format(time);
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case Map<?, ?> nested -> json(nested);
      case Collection<?> nested -> json(nested);
      default -> value.toString();
    };
  }

  private static String infinite(Instant time, String text) {
    return time.equals(ENDLESS_FUTURE) || time.equals(ENDLESS_PAST)
        ? infinity(time.getEpochSecond())
        : text;
  }

  private static String infinity(long sign) {
    return sign < 0 ? "-infinity" : "infinity";
  }

  private static String json(Object nested) {
    StringWriter text = new StringWriter();
    try (JsonOut json = JsonOut.to(text)) {
      json.value(nested);
    }
    return text.toString().strip();
  }
}
