package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.Offsets;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlAnalysis.Call;
import dev.headrace.data.sql.SqlAnalysis.Parameter;
import dev.headrace.data.sql.SqlAnalysis.TableReference;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds in a syntax tree what the statement reads and calls.
 *
 * <p>The walk knows only the few node kinds that matter and follows every child of all others, so
 * that a construct it has never heard of cannot hide a table or a function.
 */
public final class References {
  /** Table functions that only look at their arguments. */
  private static final Set<String> PURE_TABLE_FUNCTIONS =
      Set.of(
          "generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest");

  /** Scalar functions that show or change the state of the engine, or make it wait. */
  private static final Set<String> ENGINE_FUNCTIONS =
      Set.of(
          "current_query",
          "current_setting",
          "currval",
          "getenv",
          "getvariable",
          "nextval",
          "parse_duckdb_log_message",
          "setseed",
          "setval",
          "sleep_ms",
          "write_log");

  private static final Set<String> VOLATILE_FUNCTIONS =
      Set.of(
          "current_connection_id",
          "current_date",
          "current_localtime",
          "current_localtimestamp",
          "current_query_id",
          "current_time",
          "current_timestamp",
          "current_transaction_id",
          "gen_random_uuid",
          "get_current_time",
          "get_current_timestamp",
          "localtime",
          "localtimestamp",
          "now",
          "random",
          "today",
          "transaction_timestamp",
          "txid_current",
          "uuid",
          "uuidv4",
          "uuidv7");

  private static final Set<String> VOLATILE_KEYWORDS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  private final String sql;
  private final Offsets offsets;
  private final Location origin;
  private final Map<Integer, TableReference> tables = new TreeMap<>();
  private final List<TableReference> unplacedTables = new ArrayList<>();
  private final Map<Integer, Parameter> parameters = new TreeMap<>();
  private final List<Call> tableFunctions = new ArrayList<>();
  private final List<Call> restricted = new ArrayList<>();
  private final List<Call> volatileCalls = new ArrayList<>();

  private References(String sql, Location origin) {
    this.sql = sql;
    this.offsets = Offsets.ofBytes(sql);
    this.origin = origin;
  }

  /** Walks {@code statement}, the tree of {@code sql}. */
  public static SqlAnalysis find(String sql, JsonNode statement, Location origin) {
    References references = new References(sql, origin);
    references.walk(statement, null);
    List<TableReference> tables = new ArrayList<>(references.tables.values());
    for (TableReference unplaced : references.unplacedTables) {
      if (tables.stream().noneMatch(table -> table.fullName().equals(unplaced.fullName()))) {
        tables.add(unplaced);
      }
    }
    return new SqlAnalysis(
        tables,
        List.copyOf(references.parameters.values()),
        inOrder(references.tableFunctions),
        inOrder(references.restricted),
        inOrder(references.volatileCalls),
        Fingerprint.of(statement));
  }

  private static List<Call> inOrder(List<Call> calls) {
    return calls.stream()
        .distinct()
        .sorted(
            Comparator.<Call>comparingInt(call -> call.position().line())
                .thenComparingInt(call -> call.position().column()))
        .toList();
  }

  /** Names of the CTEs that can be seen, innermost first. */
  private record Scope(String name, @Nullable Scope outer) {
    static boolean sees(@Nullable Scope scope, String name) {
      for (Scope s = scope; s != null; s = s.outer) {
        if (s.name.equalsIgnoreCase(name)) {
          return true;
        }
      }
      return false;
    }
  }

  private void walk(JsonNode node, @Nullable Scope scope) {
    if (node.isArray()) {
      for (JsonNode element : node) {
        walk(element, scope);
      }
      return;
    }
    if (!node.isObject()) {
      return;
    }
    Scope inner = scope;
    JsonNode ctes = node.path("cte_map").path("map");
    for (JsonNode cte : ctes) {
      String name = cte.path("key").asText();
      JsonNode value = cte.path("value");
      JsonNode query =
          value.path("query_node").isMissingNode()
              ? value.path("query").path("node")
              : value.path("query_node");
      boolean recursive = query.path("type").asText().startsWith("RECURSIVE");
      Scope withItself = new Scope(name, inner);
      // A CTE sees those before it, and itself only when it is recursive.
      walk(value, recursive ? withItself : inner);
      inner = withItself;
    }
    look(node, inner);
    Scope seen = inner;
    node.properties()
        .forEach(
            child -> {
              if (!child.getKey().equals("cte_map")) {
                walk(child.getValue(), seen);
              }
            });
  }

  private void look(JsonNode node, @Nullable Scope scope) {
    switch (node.path("type").asText()) {
      case "BASE_TABLE" -> table(node, scope);
      case "TABLE_FUNCTION" -> tableFunction(node);
      case "SHOW_REF" -> {
        if (node.path("query").isNull() || node.path("query").isMissingNode()) {
          restricted.add(new Call("SHOW", position(node)));
        }
      }
      case "VALUE_PARAMETER" -> parameter(node);
      default -> {
        switch (node.path("class").asText()) {
          case "FUNCTION" -> function(node);
          case "COLUMN_REF" -> keyword(node);
          default -> {}
        }
      }
    }
    JsonNode sample = node.path("sample");
    if (sample.isObject() && sample.path("seed").asLong(-1) < 0) {
      volatileCalls.add(new Call("sample", position(node)));
    }
  }

  private void table(JsonNode node, @Nullable Scope scope) {
    String name = node.path("table_name").asText();
    if (!node.path("at_clause").isMissingNode() && !node.path("at_clause").isNull()) {
      // The engine does not know the tables' past and would answer from what lies there now.
      throw new HeadraceException(
          SqlErrorCode.SQL_AT,
          "Cannot read '" + name + "' AT another moment: a query reads tables as they are now.",
          "Leave AT out; 'headrace sql --at RUN|TIME|ENV' reads the past, of all tables at once.",
          position(node).in(origin),
          null);
    }
    List<String> qualifier = new ArrayList<>();
    for (String part : List.of("catalog_name", "schema_name")) {
      if (!node.path(part).asText().isEmpty()) {
        qualifier.add(node.path(part).asText());
      }
    }
    if (qualifier.isEmpty() && Scope.sees(scope, name)) {
      return;
    }
    int offset = offset(node);
    if (offset < 0) {
      unplacedTables.add(new TableReference(name, qualifier, false, Position.UNKNOWN));
      return;
    }
    boolean quoted = "\"'".indexOf(sql.charAt(Math.min(offset, sql.length() - 1))) >= 0;
    tables.put(offset, new TableReference(name, qualifier, quoted, Position.of(sql, offset)));
  }

  private void tableFunction(JsonNode node) {
    JsonNode function = node.path("function");
    String name = function.path("function_name").asText().toLowerCase(Locale.ROOT);
    Position position = position(offset(function) >= 0 ? function : node);
    tableFunctions.add(new Call(name, position));
    if (!PURE_TABLE_FUNCTIONS.contains(name)) {
      restricted.add(new Call(name, position));
    }
  }

  private void function(JsonNode node) {
    String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
    if (ENGINE_FUNCTIONS.contains(name)) {
      restricted.add(new Call(name, position(node)));
    }
    // age(t) alone counts from today.
    boolean ageOfToday = name.equals("age") && node.path("arguments").size() == 1;
    if (VOLATILE_FUNCTIONS.contains(name) || ageOfToday) {
      volatileCalls.add(new Call(name, position(node)));
    }
  }

  /** CURRENT_DATE and its like are written, and parsed, as a column. */
  private void keyword(JsonNode node) {
    JsonNode names = node.path("column_names");
    String name = names.path(0).asText().toLowerCase(Locale.ROOT);
    if (names.size() == 1 && VOLATILE_KEYWORDS.contains(name)) {
      volatileCalls.add(new Call(name, position(node)));
    }
  }

  private void parameter(JsonNode node) {
    String name = node.path("identifier").asText();
    int start = offset(node);
    if (start < 0 || start >= sql.length() || sql.charAt(start) != '$' || isNumber(name)) {
      throw new HeadraceException(
          SqlErrorCode.SQL_PARAMETER,
          "Cannot use the parameter '" + (isNumber(name) ? "?" : "$" + name) + "': it has no name.",
          "Write parameters as $name.",
          (start < 0 ? Position.UNKNOWN : Position.of(sql, Math.min(start, sql.length())))
              .in(origin),
          null);
    }
    int end = start + 1;
    while (end < sql.length()
        && (Character.isLetterOrDigit(sql.codePointAt(end)) || sql.charAt(end) == '_')) {
      end += Character.charCount(sql.codePointAt(end));
    }
    parameters.put(start, new Parameter(sql.substring(start + 1, end), start, end));
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty() && name.chars().allMatch(Character::isDigit);
  }

  private Position position(JsonNode node) {
    int offset = offset(node);
    return offset < 0 ? Position.UNKNOWN : Position.of(sql, offset);
  }

  /** Character offset of a node in the text, or -1. */
  private int offset(JsonNode node) {
    JsonNode location = node.path("query_location");
    // "Nowhere" is written as the largest unsigned long.
    if (!location.canConvertToLong()) {
      return -1;
    }
    return location.isNumber() ? offsets.charAt(location.asLong()) : -1;
  }
}
