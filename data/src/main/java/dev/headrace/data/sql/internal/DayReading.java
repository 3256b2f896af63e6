package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.ColumnLineage.Bucketed;
import dev.headrace.data.sql.ColumnLineage.Cast;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.InZone;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.Source;
import dev.headrace.data.sql.ColumnLineage.Step;
import dev.headrace.data.sql.ColumnLineage.Truncated;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
 * <p>Of conditions and orders nothing is taken: they pick a time and do not change it. What picks
 * among rows has to pick among rows of one day, so that a late row cannot move its choice: the time
 * itself, or its day, is among the groups.
 */
final class DayReading implements Reading {
  /** Pick one of the values of their first argument, among rows. */
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
          "nth_value");

  /** Types with as many digits as times have; those with fewer round up into the next day. */
  private static final Set<String> TIMES = Set.of("date", "datetime", "timestamp");

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

  private static final Set<String> SERIES = Set.of("generate_series", "range");

  /** More than a statement needs that somebody wrote. */
  private static final int MOST_STEPS = 12;

  private static final long SECONDS_OF_DAY = 86_400;
  private static final Map<String, Long> SECONDS =
      Map.of("second", 1L, "minute", 60L, "hour", 3_600L, "day", SECONDS_OF_DAY);

  private static final Pattern PERIOD = Pattern.compile("([0-9]{1,9})\\s*([a-z]+?)s?");

  /** A calendar, if it is not one of every row: its days are made up. */
  @Override
  public Derivation series(JsonNode arguments, Function<JsonNode, Derivation> part) {
    return moved(ends(arguments, part), "'generate_series'");
  }

  /** Without the values of subqueries, which are the same for all rows. */
  private static Derivation ends(JsonNode node, Function<JsonNode, Derivation> part) {
    return switch (node.path("class").asText()) {
      case "SUBQUERY" -> Known.NOTHING;
      case "COLUMN_REF" -> part.apply(node);
      default -> Reading.all(node, child -> ends(child, part));
    };
  }

  @Override
  public Derivation subquery(Derivation value) {
    return moved(value, "a subquery");
  }

  @Override
  public boolean takesNames() {
    return true;
  }

  @Override
  public Derivation expression(
      JsonNode node, Function<JsonNode, Derivation> part, Set<Source> grouped) {
    return switch (node.path("class").asText()) {
      case "", "CONSTANT" -> Reading.all(node, part);
      case "PARAMETER" ->
          new Unknown("it is made of $from or $to, between which several days may lie");
      case "CAST" -> cast(node, part.apply(node.path("child")));
      case "CASE" -> {
        List<JsonNode> values = new ArrayList<>(List.of(node.path("else_expr")));
        node.path("case_checks").forEach(check -> values.add(check.path("then_expr")));
        yield oneOf(values, values.stream().map(part).toList(), "'case'");
      }
      case "FUNCTION", "WINDOW" -> function(node, part, grouped);
      default -> {
        List<JsonNode> values = list(node.path("children"));
        yield node.path("type").asText().equals("OPERATOR_COALESCE")
            ? oneOf(values, values.stream().map(part).toList(), "'coalesce'")
            : moved(Reading.all(node, part), "an expression");
      }
    };
  }

  private Derivation function(
      JsonNode node, Function<JsonNode, Derivation> part, Set<Source> grouped) {
    String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
    List<JsonNode> arguments = list(node.path("arguments"));
    if (SERIES.contains(name)) {
      return series(node.path("arguments"), part);
    }
    // Each once: calls within calls would take as many walks as there are paths to them.
    List<Derivation> values = arguments.stream().map(part).toList();
    Derivation all = values.stream().reduce(Known.NOTHING, Derivation::and);
    Derivation first = values.isEmpty() ? Known.NOTHING : values.getFirst();
    Derivation second = values.size() < 2 ? Known.NOTHING : values.get(1);
    String constant = arguments.isEmpty() ? "" : constant(arguments.getFirst());
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
          arguments.size() == 2 && dividesDay(arguments.getFirst())
              ? with(second, new Bucketed())
              : moved(all, "'time_bucket'");
      case "timezone" ->
          constant.isEmpty()
              ? moved(all, "a time zone that is not named")
              : with(second, new InZone(constant));
      case "if" ->
          oneOf(arguments.subList(1, arguments.size()), values.subList(1, values.size()), "'if'");
      case "nullif" -> first;
      case "greatest", "least" -> oneOf(arguments, values, "'" + name + "'");
      default ->
          PICK.contains(name)
              ? picked(
                  first,
                  name,
                  node.path("class").asText().equals("WINDOW")
                      ? sources(node.path("partitions"), part)
                      : grouped)
              : moved(all, "'" + name + "'");
    };
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }

  /** One of some values, or null: where one is a constant, its day is nobody's. */
  private static Derivation oneOf(List<JsonNode> nodes, List<Derivation> values, String with) {
    Derivation all = Known.NOTHING;
    boolean made = false;
    for (int i = 0; i < values.size(); i++) {
      made |= values.get(i).equals(Known.NOTHING) && !isNull(nodes.get(i));
      all = all.and(values.get(i));
    }
    return made ? moved(all, with + " and a value that is no input's time") : all;
  }

  private static boolean isNull(JsonNode node) {
    JsonNode value = node.has("expression") ? node.path("expression") : node;
    return value.path("class").asText().equals("CAST")
        ? isNull(value.path("child"))
        : value.path("literal").path("kind").asText().equals("NULL_LITERAL");
  }

  /** One of the values of several rows: all of one day, if that is what they are grouped by. */
  private static Derivation picked(Derivation value, String name, Set<Source> grouped) {
    return value instanceof Known(Set<Source> sources)
            && !sources.stream().map(DayReading::column).allMatch(grouped::contains)
        ? moved(value, "'" + name + "' of rows that are not grouped by its day")
        : value;
  }

  private static Set<Source> sources(JsonNode nodes, Function<JsonNode, Derivation> part) {
    Set<Source> sources = new HashSet<>();
    for (JsonNode node : nodes) {
      if (part.apply(node) instanceof Known(Set<Source> found)) {
        found.forEach(source -> sources.add(column(source)));
      }
    }
    return sources;
  }

  private static Source column(Source source) {
    return new Source(source.table(), source.column());
  }

  private static Derivation cast(JsonNode node, Derivation of) {
    String type = node.path("type_expr").path("type_name").asText().toLowerCase(Locale.ROOT);
    return INSTANTS.contains(type)
        ? with(of, new Cast(true))
        : TIMES.contains(type) ? with(of, new Cast(false)) : moved(of, "a cast to " + type);
  }

  private static Derivation with(Derivation derivation, Step step) {
    if (!(derivation instanceof Known(Set<Source> sources))) {
      return derivation;
    }
    // A recursion takes its steps for ever.
    return sources.stream().anyMatch(source -> source.steps().size() >= MOST_STEPS)
        ? new Unknown("it goes through more than " + MOST_STEPS + " steps")
        : new Known(
            sources.stream()
                .map(source -> source.then(step))
                .collect(Collectors.toUnmodifiableSet()));
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
    JsonNode length = argument.path("expression");
    String function = length.path("function_name").asText();
    String unit = function.startsWith("to_") ? " " + function.substring("to_".length()) : "";
    String period = number(unit.isEmpty() ? length : length.path("arguments").path(0)) + unit;
    Matcher matcher = PERIOD.matcher(period.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return false;
    }
    long seconds = Long.parseLong(matcher.group(1)) * SECONDS.getOrDefault(matcher.group(2), 0L);
    return seconds > 0 && SECONDS_OF_DAY % seconds == 0;
  }

  /**
   * The constant within casts and {@code trunc}, as the parser puts it; empty if it is computed.
   */
  private static String number(JsonNode node) {
    JsonNode inner = node.has("expression") ? node.path("expression") : node;
    return switch (inner.path("class").asText()) {
      case "CONSTANT" -> inner.path("literal").path("text").asText();
      case "CAST" -> number(inner.path("child"));
      case "FUNCTION" ->
          inner.path("function_name").asText().equals("trunc")
              ? number(inner.path("arguments").path(0))
              : "";
      default -> "";
    };
  }
}
