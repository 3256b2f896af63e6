package dev.headrace.data.metrics;

import dev.headrace.spi.schema.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Periods that the time of a metric is cut into, in the project's time zone. */
public enum Grain {
  HOUR,
  DAY,
  /** From Monday. */
  WEEK,
  MONTH,
  QUARTER,
  YEAR;

  /** As a user writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How long a period is, as an interval in SQL. */
  String step() {
    return switch (this) {
      case HOUR -> "interval '1' hour";
      case DAY -> "interval '1' day";
      case WEEK -> "interval '7' day";
      case MONTH -> "interval '1' month";
      case QUARTER -> "interval '3' month";
      case YEAR -> "interval '1' year";
    };
  }

  /** The grain that a word names. */
  public static Optional<Grain> of(String word) {
    return Arrays.stream(values()).filter(grain -> grain.word().equals(word)).findFirst();
  }

  /** All words, from the finest grain. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Grain::word).toList();
  }

  /** The beginning of the period in which a time lies: a date, or for hours a timestamp. */
  String sql(String time, Type type) {
    if (this == HOUR) {
      return "date_trunc('hour', " + time + ")";
    }
    return this == DAY && type == Type.Primitive.DATE
        ? time
        : "cast(date_trunc('" + word() + "', " + time + ") as date)";
  }
}
