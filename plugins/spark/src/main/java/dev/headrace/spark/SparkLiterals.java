package dev.headrace.spark;

import dev.headrace.spi.error.HeadraceException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as literals of Spark's SQL: whatever is handed in, the result is exactly one literal. */
final class SparkLiterals {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private SparkLiterals() {}

  /** A parameter's value with its type; see {@link dev.headrace.spi.engine.Query#parameters}. */
  static String of(Object value) {
    return switch (value) {
      case String text -> string(text);
      case Boolean flag -> flag ? "TRUE" : "FALSE";
      case Long number -> cast(number.toString(), "BIGINT");
      case Integer number -> cast(number.toString(), "INT");
      case Double number -> cast(number.toString(), "DOUBLE");
      case BigDecimal number -> decimal(number);
      case LocalDate date -> cast(date.toString(), "DATE");
      case LocalDateTime time -> cast(TIMESTAMP.format(time), "TIMESTAMP_NTZ");
      case Instant instant ->
          cast(
              TIMESTAMP.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)) + "Z",
              "TIMESTAMP_LTZ");
      default ->
          throw new IllegalArgumentException(
              "no SQL literal for " + value.getClass().getName() + " " + value);
    };
  }

  /** The text as a string literal; Spark reads backslashes as escapes. */
  static String string(String text) {
    return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
  }

  private static String decimal(BigDecimal number) {
    BigDecimal plain = number.scale() < 0 ? number.setScale(0) : number;
    int precision = Math.max(plain.precision(), plain.scale());
    if (precision > 38) {
      throw new HeadraceException(
          SparkErrorCode.SPARK_PARAMETER,
          "Cannot pass the decimal '" + number + "': it has " + precision + " digits.",
          "Decimals have at most 38 digits.");
    }
    return cast(plain.toPlainString(), "DECIMAL(" + precision + "," + plain.scale() + ")");
  }

  private static String cast(String text, String type) {
    return "CAST('" + text + "' AS " + type + ")";
  }
}
