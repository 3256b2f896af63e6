package dev.headrace.ml.learn.transform;

import dev.headrace.core.project.Names;
import dev.headrace.ml.learn.transform.Compiled.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Times as seconds since 1970: their parts, differences and zones. */
final class Times {
  private static final int DAY = 86_400;
  private static final List<String> UNITS =
      List.of("second", "minute", "hour", "day", "month", "quarter", "year");

  private Times() {}

  private static LocalDate date(double seconds) {
    return LocalDate.ofEpochDay((long) Math.floor(seconds / DAY));
  }

  /** Whole seconds since midnight. */
  private static double clock(double seconds) {
    double whole = Math.floor(seconds);
    return whole - Math.floor(whole / DAY) * DAY;
  }

  /** Takes a part of a time. */
  static ToDoubleFunction<Double> part(String part) {
    return switch (part) {
      case "year" -> seconds -> date(seconds).getYear();
      case "quarter" -> seconds -> date(seconds).get(IsoFields.QUARTER_OF_YEAR);
      case "month" -> seconds -> date(seconds).getMonthValue();
      case "week" -> seconds -> date(seconds).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case "day" -> seconds -> date(seconds).getDayOfMonth();
      case "isodow" -> seconds -> date(seconds).get(ChronoField.DAY_OF_WEEK);
      case "dayofweek", "dow" -> seconds -> date(seconds).get(ChronoField.DAY_OF_WEEK) % 7;
      case "dayofyear", "doy" -> seconds -> date(seconds).getDayOfYear();
      case "hour" -> seconds -> Math.floor(clock(seconds) / 3_600);
      case "minute" -> seconds -> Math.floor(clock(seconds) / 60) % 60;
      case "second" -> seconds -> clock(seconds) % 60;
      case "epoch" -> seconds -> seconds;
      default -> throw new IllegalArgumentException("no part of a time: " + part);
    };
  }

  /** How many boundaries of a unit lie between two times. */
  static Compiled difference(FunctionCall call) {
    String given = written(call, "Write date_diff('day', x, y).");
    String unit = given.toLowerCase(Locale.ROOT);
    if (!UNITS.contains(unit)) {
      throw new KindMismatch(
          "'%s' knows no unit '%s'".formatted(call.name(), given), Names.suggest(unit, UNITS));
    }
    Compiled.NumberAt from = call.require(1, Kind.TIME).number();
    Compiled.NumberAt to = call.require(2, Kind.TIME).number();
    ToDoubleFunction<Double> count = count(unit);
    return Compiled.number(
        (rows, row) -> {
          double a = from.at(rows, row);
          double b = to.at(rows, row);
          return Double.isNaN(a) || Double.isNaN(b)
              ? Double.NaN
              : count.applyAsDouble(b) - count.applyAsDouble(a);
        });
  }

  /** Units since some beginning. */
  private static ToDoubleFunction<Double> count(String unit) {
    return switch (unit) {
      case "second" -> Math::floor;
      case "minute" -> seconds -> Math.floor(seconds / 60);
      case "hour" -> seconds -> Math.floor(seconds / 3_600);
      case "day" -> seconds -> Math.floor(seconds / DAY);
      case "month" -> seconds -> date(seconds).getLong(ChronoField.PROLEPTIC_MONTH);
      case "quarter" ->
          seconds -> Math.floorDiv(date(seconds).getLong(ChronoField.PROLEPTIC_MONTH), 3L);
      case "year" -> seconds -> date(seconds).getYear();
      default -> throw new IllegalArgumentException("no unit of time: " + unit);
    };
  }

  /** An instant by the clock of a zone; a clock's time in a zone becomes an instant. */
  static Compiled zoned(FunctionCall call) {
    String name = written(call, "Write x at time zone 'Europe/Berlin'.");
    ZoneRules rules;
    try {
      rules = ZoneId.of(name).getRules();
    } catch (DateTimeException e) {
      throw new KindMismatch("there is no time zone '" + name + "'", "Write one such as 'UTC'.");
    }
    if (call.argument(1).kind() == Kind.TIME) {
      throw new KindMismatch(
          "the time is that of a clock already, and says no zone",
          "Take its parts as they are, without 'at time zone'.");
    }
    Compiled.NumberAt of = call.require(1, Kind.INSTANT).number();
    return Compiled.number(
        Kind.TIME,
        (rows, row) -> {
          double seconds = of.at(rows, row);
          return Double.isNaN(seconds)
              ? Double.NaN
              : seconds
                  + rules
                      .getOffset(Instant.ofEpochSecond((long) Math.floor(seconds)))
                      .getTotalSeconds();
        });
  }

  /** A first argument that is written in quotes. */
  private static String written(FunctionCall call, String hint) {
    if (call.argument(0) instanceof Compiled(Kind kind, Compiled.NumberAt _, TextLiteral text)
        && kind == Kind.TEXT) {
      return text.text();
    }
    throw new KindMismatch("'" + call.name() + "' takes a text in quotes first", hint);
  }

  /** A text that was written, so that what is made of it can be looked up once. */
  record TextLiteral(String text) implements Compiled.TextAt {
    @Override
    public String at(Rows rows, int row) {
      return text;
    }
  }
}
