package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.ColumnLineage.Bucketed;
import dev.headrace.data.sql.ColumnLineage.Cast;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.InZone;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Step;
import dev.headrace.data.sql.ColumnLineage.Truncated;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Follows times as far as they stay in their day. What may lead to another day is unknown, and so
 * is every function that is not listed here: a time that is taken for another is worse than a
 * refusal.
 *
 * <p>Of conditions, orders and partitions nothing is taken: they pick a time and do not change it.
 */
final class DayReading implements Reading {
  /** Pick one of the values of their first argument. */
  private static final Set<String> PICK =
      Set.of(
          "any_value",
          "arbitrary",
          "arg_max",
          "arg_min",
          "argmax",
          "argmin",
          "first",
          "first_value",
          "last",
          "last_value",
          "max",
          "max_by",
          "min",
          "min_by",
          "mode",
          "nth_value",
          "nullif");

  /** Pick one of their arguments. */
  private static final Set<String> PICK_ANY = Set.of("greatest", "least");

  private static final Set<String> INSTANTS = Set.of("timestamptz", "timestamp with time zone");
  private static final Set<String> DAY = Set.of("d", "day", "dayofmonth", "days");
  private static final Set<String> HOUR = Set.of("h", "hour", "hours", "hr", "hrs");
  private static final Set<String> BELOW_HOUR =
      Set.of(
          "m",
          "microsecond",
          "microseconds",
          "millisecond",
          "milliseconds",
          "min",
          "mins",
          "minute",
          "minutes",
          "ms",
          "msec",
          "msecs",
          "s",
          "sec",
          "second",
          "seconds",
          "secs",
          "us",
          "usec",
          "usecond",
          "useconds",
          "usecs");

  private static final long SECONDS_OF_DAY = 86_400;
  private static final Map<String, Long> SECONDS =
      Map.of("second", 1L, "minute", 60L, "hour", 3_600L, "day", SECONDS_OF_DAY);

  private static final Pattern PERIOD = Pattern.compile("([0-9]{1,9})\\s*([a-z]+?)s?");

  @Override
  public Derivation series(Derivation ends) {
    return Known.NOTHING; // A calendar: its days are made up, not those of rows.
  }

  @Override
  public Derivation expression(JsonNode node, Function<JsonNode, Derivation> part) {
    return switch (node.path("class").asText()) {
      case "", "CONSTANT", "PARAMETER" -> Reading.all(node, part);
      case "CAST" -> cast(node, part.apply(node.path("child")));
      case "CASE" -> {
        Derivation all = part.apply(node.path("else_expr"));
        for (JsonNode check : node.path("case_checks")) {
          all = all.and(part.apply(check.path("then_expr")));
        }
        yield all;
      }
      case "FUNCTION", "WINDOW" -> function(node, part);
      default ->
          node.path("type").asText().equals("OPERATOR_COALESCE")
              ? Reading.all(node.path("children"), part)
              : moved(Reading.all(node, part), "an expression");
    };
  }

  private static Derivation function(JsonNode node, Function<JsonNode, Derivation> part) {
    String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
    JsonNode arguments = node.path("arguments");
    Derivation all = Reading.all(arguments, part);
    Derivation first = part.apply(arguments.path(0));
    Derivation second = part.apply(arguments.path(1));
    String constant = constant(arguments.path(0));
    return switch (name) {
      case "date_trunc", "datetrunc" -> {
        String unit = constant.toLowerCase(Locale.ROOT);
        yield BELOW_HOUR.contains(unit)
            ? second
            : HOUR.contains(unit)
                ? with(second, new Truncated(false))
                : DAY.contains(unit)
                    ? with(second, new Truncated(true))
                    : moved(all, name + "('" + constant + "')");
      }
      case "time_bucket" ->
          arguments.size() == 2 && dividesDay(arguments.path(0))
              ? with(second, new Bucketed())
              : moved(all, "'time_bucket'");
      case "timezone" ->
          constant.isEmpty()
              ? moved(all, "a time zone that is not named")
              : with(second, new InZone(constant));
      case "if" -> second.and(part.apply(arguments.path(2)));
      case "generate_series", "range" -> Known.NOTHING;
      default ->
          PICK.contains(name)
              ? first
              : PICK_ANY.contains(name) ? all : moved(all, "'" + name + "'");
    };
  }

  private static Derivation cast(JsonNode node, Derivation of) {
    String type = node.path("type_expr").path("type_name").asText().toLowerCase(Locale.ROOT);
    return INSTANTS.contains(type)
        ? with(of, new Cast(true))
        : type.equals("date") || type.equals("datetime") || type.startsWith("timestamp")
            ? with(of, new Cast(false))
            : moved(of, "a cast to " + type);
  }

  private static Derivation with(Derivation derivation, Step step) {
    return derivation instanceof Known known
        ? new Known(
            known.sources().stream()
                .map(source -> source.then(step))
                .collect(Collectors.toUnmodifiableSet()))
        : derivation;
  }

  /** Made with something that may give another day, unless it is made of no time at all. */
  private static Derivation moved(Derivation of, String with) {
    return of instanceof Known known && !known.sources().isEmpty()
        ? new Unknown("it is made of %s with %s".formatted(known.inOrder().getFirst(), with))
        : of;
  }

  private static String constant(JsonNode argument) {
    JsonNode expression = argument.path("expression");
    return expression.path("class").asText().equals("CONSTANT")
        ? expression.path("literal").path("text").asText()
        : "";
  }

  /** Whether midnight begins one of the periods of this length: 15 minutes, not 7 hours. */
  private static boolean dividesDay(JsonNode argument) {
    JsonNode literal = argument.findPath("literal").path("text");
    String function = argument.path("expression").path("function_name").asText();
    String period =
        function.startsWith("to_")
            ? literal.asText() + " " + function.substring("to_".length())
            : literal.asText();
    Matcher matcher = PERIOD.matcher(period.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return false;
    }
    long seconds = Long.parseLong(matcher.group(1)) * SECONDS.getOrDefault(matcher.group(2), 0L);
    return seconds > 0 && SECONDS_OF_DAY % seconds == 0;
  }
}
