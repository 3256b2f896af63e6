package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.Offsets;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlConstruct;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in a syntax tree which constructs the statement is made of.
 *
 * <p>Every node counts for something: a node that the walk has never heard of is a construct of the
 * parser's own name, so that nothing new can pass for something known.
 */
public final class Constructs {
  /** Nodes that are there in every statement, or that say nothing by themselves. */
  private static final Set<String> PLAIN =
      Set.of("SELECT_NODE", "BASE_TABLE", "EMPTY", "TYPE", "ORDER_MODIFIER", "EXPRESSION_LIST");

  /** What the parser makes of INTERVAL 'n' UNIT; the parts have no place of their own. */
  private static final Pattern TO_UNIT = Pattern.compile("to_[a-z]+");

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*|.", Pattern.DOTALL);

  private final String sql;
  private final Offsets offsets;
  private final List<SqlConstruct> found = new ArrayList<>();

  /** Whether the last function was FLOOR: the next one, if any, is its argument. */
  private boolean floored;

  private Constructs(String sql) {
    this.sql = sql;
    this.offsets = Offsets.ofBytes(sql);
  }

  /** Walks {@code statement}, the tree of {@code sql}; in order of the text. */
  public static List<SqlConstruct> find(String sql, JsonNode statement) {
    Constructs constructs = new Constructs(sql);
    constructs.walk(statement, 0);
    constructs.outputs(statement.path("node"), true);
    return constructs.found.stream()
        .distinct()
        .sorted(
            Comparator.<SqlConstruct>comparingInt(c -> c.position().line())
                .thenComparingInt(c -> c.position().column())
                .thenComparing(SqlConstruct::name))
        .toList();
  }

  /** What the result's columns are made by: their types may be others on another engine. */
  private void outputs(JsonNode node, boolean named) {
    boolean first = named;
    for (JsonNode arm : node.path("children")) {
      outputs(arm, first);
      first = false; // The others' names are nobody's.
    }
    for (JsonNode column : node.path("select_list")) {
      String type = column.path("class").asText();
      if (named && !column.has("alias") && !Set.of("COLUMN_REF", "STAR").contains(type)) {
        add("column without a name", column, 0);
      }
      if ((type.equals("FUNCTION") || type.equals("WINDOW"))
          && !column.path("is_operator").asBoolean()) {
        add("column made by " + name(column.path("function_name")), column, 0);
      }
    }
  }

  /**
   * @param near offset of the nearest node around that has a place
   */
  private void walk(JsonNode node, int near) {
    if (node.isArray()) {
      node.forEach(element -> walk(element, near));
      return;
    }
    if (!node.isObject()) {
      return;
    }
    int own = offset(node);
    int place = own < 0 ? near : own;
    if (look(node, place)) {
      node.properties().forEach(child -> walk(child.getValue(), place));
    }
  }

  /** Notes what a node is; whether its parts are to be looked at. */
  private boolean look(JsonNode node, int place) {
    String type = node.path("type").asText();
    switch (node.path("class").asText()) {
      case "FUNCTION" -> {
        return function(node, place);
      }
      case "WINDOW" -> window(node, place);
      case "CAST" -> cast(node, place);
      case "STAR" -> star(node, place);
      case "SUBQUERY" -> add("subquery " + words(node.path("subquery_type")), place);
      case "LAMBDA" -> add("lambda", place);
      case "CONSTANT" -> add("literal " + words(node.path("literal").path("kind")), place);
      case "COMPARISON" -> add(words(node.path("type")), place);
      case "COLUMN_REF", "PARAMETER", "CASE", "CONJUNCTION", "BETWEEN", "TYPE" -> {}
      case "" -> {
        return syntax(node, type, place);
      }
      default -> add(type.toLowerCase(Locale.ROOT).replace('_', ' '), place);
    }
    return true;
  }

  private boolean syntax(JsonNode node, String type, int place) {
    JsonNode sample = node.path("sample");
    if (sample.isObject()) {
      add("sample", place);
    }
    if (!node.path("qualify").isMissingNode()) {
      add("qualify", place);
    }
    if (node.path("aggregate_handling").asText().equals("FORCE_AGGREGATES")) {
      add("group by all", place);
    }
    if (node.path("group_sets").size() > 1) {
      add("grouping sets", place);
    }
    if (node.has("materialized")) {
      String materialized = words(node.path("materialized"));
      if (!materialized.endsWith("default")) {
        add(materialized, place);
      }
    }
    limited(node, place);
    switch (type) {
      case "JOIN" -> {
        String kind = words(node.path("ref_type")) + " " + words(node.path("join_type"));
        add("join " + kind, place);
        if (!node.path("using_columns").isEmpty()) {
          add("join using", place);
        }
      }
      case "TABLE_FUNCTION" -> {
        add("table function " + name(node.path("function").path("function_name")), place);
        walk(node.path("function").path("arguments"), place);
        return false;
      }
      case "PIVOT" -> add(node.path("unpivot_names").isEmpty() ? "pivot" : "unpivot", place);
      case "SET_OPERATION_NODE" ->
          add(
              words(node.path("setop_type"))
                  + (node.path("setop_all").asBoolean(true) ? " all" : ""),
              place);
      case "DISTINCT_MODIFIER" ->
          add(node.path("distinct_on_targets").isEmpty() ? "distinct" : "distinct on", place);
      case "LIMIT_MODIFIER" -> {
        boolean percent = node.path("limit_type").asText().equals("PERCENTAGE");
        add(percent ? "limit percent" : "limit", place);
      }
      case "ORDER_DEFAULT", "ASCENDING", "DESCENDING", "SUBQUERY", "" -> {}
      default -> {
        if (!PLAIN.contains(type)) {
          add(type.toLowerCase(Locale.ROOT).replace('_', ' '), place);
        }
      }
    }
    return true;
  }

  /** Which rows a LIMIT takes depends on where nulls come; an ORDER BY alone only shows. */
  private void limited(JsonNode node, int place) {
    boolean limit = false;
    JsonNode orders = null;
    for (JsonNode modifier : node.path("modifiers")) {
      limit |= modifier.path("type").asText().equals("LIMIT_MODIFIER");
      if (modifier.path("type").asText().equals("DISTINCT_MODIFIER")
          && !modifier.path("distinct_on_targets").isEmpty()) {
        limit = true;
      }
      if (modifier.path("type").asText().equals("ORDER_MODIFIER")) {
        orders = modifier.path("orders");
      }
    }
    if (limit && orders != null) {
      nullOrder(orders, place);
    }
  }

  /** Descending order has nulls last on every engine; ascending order only where it is said. */
  private void nullOrder(JsonNode orders, int near) {
    for (JsonNode order : orders) {
      JsonNode key = order.path("expression");
      boolean said = !order.path("null_order").asText().equals("ORDER_DEFAULT");
      boolean descending = order.path("type").asText().equals("DESCENDING");
      boolean never = key.path("class").asText().equals("CONSTANT") || isCount(key);
      if (!said && !descending && !never) {
        int own = offset(key);
        found.add(
            new SqlConstruct(
                "ascending order without nulls", column(key), at(own < 0 ? near : own)));
      }
    }
  }

  private static boolean isCount(JsonNode key) {
    String name = name(key.path("function_name"));
    return name.equals("count") || name.equals("count_star");
  }

  private boolean function(JsonNode node, int place) {
    String name = name(node.path("function_name"));
    if (TO_UNIT.matcher(name).matches() && (offset(node) < 0 || isAt("interval", place))) {
      add("interval", place);
      return false;
    }
    boolean operator = node.path("is_operator").asBoolean();
    add((operator ? "operator " : "function ") + name, place);
    if (!operator) {
      spelling(name, place);
    }
    if (!node.path("order_bys").path("orders").isEmpty()) {
      add(name + " with order by", place);
      nullOrder(node.path("order_bys").path("orders"), place);
    }
    if (node.path("distinct").asBoolean()) {
      add(name.equals("count") ? "count distinct" : "distinct in an aggregate", place);
    }
    if (node.has("filter")) {
      add("filter", place);
    }
    JsonNode arguments = node.path("arguments");
    doubts(name, node, arguments, place);
    if (arguments.valueStream().anyMatch(a -> a.has("name")) && !name.equals("struct_pack")) {
      add("named argument", place);
    }
    if (operator && name.equals("/") && mayBeZero(arguments.path(1).path("expression"))) {
      found.add(
          new SqlConstruct(
              "division by what may be 0",
              column(arguments.path(1).path("expression")),
              at(place)));
    }
    return true;
  }

  /** Uses of a function that are the same for some arguments only. */
  private void doubts(String name, JsonNode node, JsonNode arguments, int place) {
    JsonNode first = arguments.path(0).path("expression");
    switch (name) {
      case "log" -> {
        if (arguments.size() == 1) {
          add("log without a base", place);
        }
      }
      case "array_agg", "any_value" -> {
        if (!node.has("filter")) {
          found.add(new SqlConstruct(name + " of what may be null", column(first), at(place)));
        }
      }
      case "substr", "substring", "left", "right" -> {
        for (int i = 1; i < arguments.size(); i++) {
          if (!isPositive(arguments.path(i).path("expression"))) {
            add("start or length that may not be positive", place);
          }
        }
      }
      case "date_part", "second" -> {
        boolean second =
            name.equals("second")
                || first.path("literal").path("text").asText().equalsIgnoreCase("second");
        if (second && !floored) {
          add("second of a time", place);
        }
      }
      default -> {}
    }
    floored = name.equals("floor");
  }

  private static boolean isPositive(JsonNode argument) {
    return argument.path("class").asText().equals("CONSTANT")
        && argument.path("literal").path("text").asText().matches("[1-9][0-9]*");
  }

  /** A function that was not written as one: {@code [1, 2]}, {@code a SIMILAR TO b}. */
  private void spelling(String name, int place) {
    if (place >= sql.length()) {
      return;
    }
    Matcher matcher = WORD.matcher(sql).region(place, sql.length());
    String word = matcher.lookingAt() ? matcher.group().toLowerCase(Locale.ROOT) : "";
    if (!word.equals(name)
        && !(name.equals("count_star") && word.equals("count"))
        && !sql.startsWith("\"", place)) {
      boolean called =
          word.equals("[")
              || word.equals("{")
              || sql.substring(matcher.end()).stripLeading().startsWith("(")
              || sql.substring(matcher.end()).stripLeading().startsWith("{");
      add(name + " written " + (called ? word : "as an operator"), place);
    }
  }

  private boolean isAt(String word, int place) {
    return sql.regionMatches(true, place, word, 0, word.length());
  }

  private static boolean mayBeZero(JsonNode divisor) {
    if (divisor.path("class").asText().equals("CONSTANT")) {
      return divisor.path("literal").path("text").asText().matches("[0.eE_]*");
    }
    if (divisor.path("class").asText().equals("CAST")) {
      return mayBeZero(divisor.path("child"));
    }
    String name = name(divisor.path("function_name"));
    return !name.equals("nullif") && !divisor.path("type").asText().contains("NULLIF");
  }

  private void window(JsonNode node, int place) {
    String name = name(node.path("function_name"));
    add("window function " + name, place);
    nullOrder(node.path("orders"), place);
    if (node.path("ignore_nulls").asBoolean()) {
      add("ignore nulls", place);
    }
    String excluded = node.path("exclude_clause").asText();
    if (!excluded.isEmpty() && !excluded.equals("NO_OTHER")) {
      add("window frame with exclude", place);
    }
    if (node.path("distinct").asBoolean()) {
      add("distinct in a window", place);
    }
    if (node.path("arg_orders").size() > 0) {
      add(name + " with order by", place);
    }
    for (String end : List.of("start", "end")) {
      String frame = node.path(end).asText();
      if (frame.contains("GROUPS")) {
        add("window frame of groups", place);
      }
    }
  }

  private void cast(JsonNode node, int place) {
    JsonNode type = node.path("type_expr");
    String name = name(type.path("type_name"));
    String cast = node.path("try_cast").asBoolean() ? "try_cast to " : "cast to ";
    // DATE '2024-01-01' is a literal, whatever the parser makes of it.
    int own = offset(node);
    String text = own < 0 ? "" : sql.substring(own).toLowerCase(Locale.ROOT);
    if (text.startsWith(name) && text.substring(name.length()).stripLeading().startsWith("'")) {
      add("literal " + name, place);
      return;
    }
    String written = text.isEmpty() ? "" : spelledType(text, name);
    add(cast + (written.isEmpty() ? name : written), place);
  }

  /** The type's name as the user wrote it: STRING and VARCHAR are one type under two names. */
  private static String spelledType(String text, String name) {
    if (!name.equals("varchar")) {
      return "";
    }
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      boolean ends = depth == 0 && c == ')';
      if (ends || text.startsWith("::", i)) {
        String head = ends ? text.substring(0, i) : text.substring(i + 2);
        Matcher word = Pattern.compile("[a-z]+").matcher(head);
        String last = "";
        while (word.find()) {
          last = word.group();
          if (!ends) {
            break;
          }
        }
        return last;
      }
    }
    return "";
  }

  private void star(JsonNode node, int place) {
    if (node.path("columns").asBoolean()) {
      add("columns()", place);
    }
    if (!node.path("exclude_list").isEmpty() || !node.path("qualified_exclude_list").isEmpty()) {
      add("* exclude", place);
    }
    if (!node.path("replace_list").isEmpty()) {
      add("* replace", place);
    }
    if (!node.path("rename_list").isEmpty()) {
      add("* rename", place);
    }
  }

  private static String column(JsonNode expression) {
    List<String> path = new ArrayList<>();
    expression.path("column_names").forEach(part -> path.add(name(part)));
    return String.join(".", path);
  }

  private void add(String name, JsonNode node, int near) {
    int own = offset(node);
    add(name, own < 0 ? near : own);
  }

  private void add(String name, int place) {
    found.add(new SqlConstruct(name, "", at(place)));
  }

  private Position at(int offset) {
    return Position.of(sql, Math.min(offset, sql.length()));
  }

  private static String name(JsonNode text) {
    return text.asText().toLowerCase(Locale.ROOT);
  }

  private static String words(JsonNode text) {
    return name(text).replace('_', ' ');
  }

  private int offset(JsonNode node) {
    JsonNode location = node.path("query_location");
    return location.isNumber() && location.canConvertToLong()
        ? offsets.charAt(location.asLong())
        : -1;
  }
}
