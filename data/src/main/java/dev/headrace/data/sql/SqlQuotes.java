package dev.headrace.data.sql;

import dev.headrace.spi.error.HeadraceException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes names and values into SQL text: the only place that quotes.
 *
 * <p>Whatever is handed in, the result is exactly one identifier or one literal; there is no text
 * that ends the quotes.
 */
public final class SqlQuotes {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private SqlQuotes() {}

  /** The name in double quotes, for any name. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The text as a string literal in single quotes. */
  public static String literal(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new HeadraceException(
          SqlErrorCode.SQL_PARAMETER,
          "Cannot write the text '" + text.replace('\0', '?') + "' into SQL: it holds a NUL.",
          "Remove the NUL character.");
    }
    return '\'' + text.replace("'", "''") + '\'';
  }

  /**
   * A parameter's value as a typed literal.
   *
   * @param value one of the types that {@link dev.headrace.spi.engine.Query#parameters} lists
   */
  public static String value(Object value) {
    return switch (value) {
      case String text -> literal(text);
      case Boolean flag -> flag ? "TRUE" : "FALSE";
      case Long number -> cast(number.toString(), "BIGINT");
      case Integer number -> cast(number.toString(), "INTEGER");
      case Double number -> cast(number.toString(), "DOUBLE");
      case BigDecimal number -> decimal(number);
      case LocalDate date -> cast(unsigned(date.toString()), "DATE");
      case LocalDateTime time -> cast(unsigned(TIMESTAMP.format(time)), "TIMESTAMP");
      case Instant instant ->
          cast(
              unsigned(TIMESTAMP.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC))) + "+00",
              "TIMESTAMP WITH TIME ZONE");
      default ->
          throw new IllegalArgumentException(
              "no SQL literal for " + value.getClass().getName() + " " + value);
    };
  }

  /** The day after the last of the year 9999, which stands for "open", has a sign in Java only. */
  private static String unsigned(String time) {
    return time.startsWith("+") ? time.substring(1) : time;
  }

  private static String decimal(BigDecimal number) {
    BigDecimal plain = number.scale() < 0 ? number.setScale(0) : number;
    int precision = Math.max(plain.precision(), plain.scale());
    if (precision > 38) {
      throw new HeadraceException(
          SqlErrorCode.SQL_PARAMETER,
          "Cannot pass the decimal '" + number + "': it has " + precision + " digits.",
          "Decimals have at most 38 digits.");
    }
    return cast(plain.toPlainString(), "DECIMAL(" + precision + "," + plain.scale() + ")");
  }

  private static String cast(String text, String type) {
    return "CAST(" + literal(text) + " AS " + type + ")";
  }
}
