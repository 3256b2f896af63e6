package dev.headrace.data.portability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.data.duckdb.DuckDbTypes;
import dev.headrace.data.sql.Offsets;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlConstruct;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.data.sql.SqlScanner;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Constructs that only types tell: DuckDB binds the statement over empty tables and shows its plan,
 * in which every cast and every operator has the types of its arguments.
 *
 * <p>Has a small DuckDB of its own, started with the first statement. Not thread-safe. Close it.
 */
final class TypedConstructs implements AutoCloseable {
  /** A day that every parameter stands for; nothing is executed. */
  private static final String ANY_DAY = "CAST('1970-01-01 00:00:00' AS TIMESTAMP)";

  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT");
  private static final Set<String> ROUNDING =
      Set.of("round", "floor", "ceil", "ceiling", "trunc", "round_even", "sign");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private @Nullable Connection connection;

  /**
   * The constructs of a statement whose inputs have known columns; none where DuckDB cannot bind
   * it, which whoever describes the statement is told.
   *
   * @param inputs by name
   */
  List<SqlConstruct> of(String sql, SqlAnalysis analysis, Map<String, Schema> inputs) {
    Text text = text(SqlScanner.withoutSemicolons(sql), analysis, inputs);
    try (PreparedStatement statement =
        connection()
            .prepareStatement(
                "SELECT CAST(json_serialize_plan(CAST(? AS VARCHAR), skip_null := true,"
                    + " skip_empty := true, skip_default := true) AS VARCHAR)")) {
      statement.setString(1, text.whole());
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        Walk walk = new Walk(text);
        walk.node(JSON.readTree(result.getString(1)), "");
        return walk.found;
      }
    } catch (SQLException e) {
      return List.of();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DuckDB's plan is no JSON", e);
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = DriverManager.getConnection("jdbc:duckdb:");
      connection = open;
    }
    return open;
  }

  /**
   * A statement behind what its inputs are.
   *
   * @param pieces offset in the whole of each stretch that is the user's, with its own offset
   */
  private record Text(String whole, String sql, TreeMap<Integer, Integer> pieces) {
    @Nullable Position at(int offset) {
      Map.Entry<Integer, Integer> piece = pieces.floorEntry(offset);
      if (piece == null) {
        return null;
      }
      int own = piece.getValue() + offset - piece.getKey();
      return Position.of(sql, Math.min(own, sql.length()));
    }
  }

  private static Text text(String sql, SqlAnalysis analysis, Map<String, Schema> inputs) {
    StringBuilder whole = new StringBuilder();
    inputs.forEach(
        (name, schema) ->
            whole
                .append(whole.isEmpty() ? "WITH " : ", ")
                .append(SqlQuotes.identifier(name))
                .append(" AS NOT MATERIALIZED (")
                .append(empty(schema))
                .append(")"));
    whole.append("\nSELECT * FROM (\n");
    TreeMap<Integer, Integer> pieces = new TreeMap<>();
    int at = 0;
    for (SqlAnalysis.Parameter parameter : analysis.parameters()) {
      pieces.put(whole.length(), at);
      whole.append(sql, at, parameter.start()).append(ANY_DAY);
      at = parameter.end();
    }
    pieces.put(whole.length(), at);
    whole.append(sql, at, sql.length()).append("\n)");
    return new Text(whole.toString(), sql, pieces);
  }

  private static String empty(Schema schema) {
    return schema.fields().stream()
        .map(TypedConstructs::empty)
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  private static String empty(Field field) {
    return "CAST(NULL AS %s) AS %s"
        .formatted(DuckDbTypes.toSql(field.type()), SqlQuotes.identifier(field.name()));
  }

  /** One plan, walked. */
  private static final class Walk {
    private final Text text;
    private final Offsets offsets;
    private final List<SqlConstruct> found = new ArrayList<>();

    Walk(Text text) {
      this.text = text;
      this.offsets = Offsets.ofBytes(text.whole());
    }

    /**
     * @param around type of the expression that this is an argument of
     */
    void node(JsonNode node, String around) {
      if (node.isArray()) {
        node.forEach(element -> node(element, around));
        return;
      }
      if (!node.isObject()) {
        return;
      }
      String type = node.path("type").asText();
      if (type.equals("OPERATOR_CAST")) {
        cast(node);
      } else if (node.path("is_operator").asBoolean()) {
        dates(node, around);
      } else if (name(node).equals("avg") && id(node.path("arguments").path(0)).equals("DECIMAL")) {
        add("average of decimals", node);
      }
      String inner = node.has("expression_class") ? type : around;
      node.properties().forEach(child -> node(child.getValue(), inner));
    }

    private void cast(JsonNode node) {
      JsonNode from = node.path("arguments").path(0);
      boolean fraction =
          switch (id(from)) {
            case "FLOAT", "DOUBLE" -> true;
            case "DECIMAL" -> from.path("type_info").path("scale").asInt() > 0;
            default -> false;
          };
      boolean rounded = ROUNDING.contains(name(node.path("children").path(0)));
      if (fraction && !rounded && WHOLE.contains(id(node.path("return_type")))) {
        add("cast of a fraction to a whole number", node);
      }
    }

    private void dates(JsonNode node, String around) {
      String first = id(node.path("arguments").path(0));
      String second = id(node.path("arguments").path(1));
      String operator = name(node);
      if (operator.equals("-") && first.equals("DATE") && second.equals("DATE")) {
        add("date minus date", node);
      }
      boolean sum = operator.equals("+") || operator.equals("-");
      boolean fromDate = first.equals("DATE") && second.equals("INTERVAL");
      boolean ontoDate = first.equals("INTERVAL") && second.equals("DATE");
      boolean shifts = sum && (fromDate || ontoDate);
      // Cast, or compared, midnight of a day is the day.
      if (shifts && !around.equals("OPERATOR_CAST") && !around.startsWith("COMPARE")) {
        add("date plus interval", node);
      }
    }

    private static String name(JsonNode node) {
      JsonNode path = node.path("qname").path("path");
      return path.path(path.size() - 1).asText();
    }

    private static String id(JsonNode type) {
      return type.path("id").asText();
    }

    private void add(String name, JsonNode node) {
      JsonNode location = node.path("query_location");
      Position position =
          location.isNumber() && location.canConvertToLong()
              ? text.at(offsets.charAt(location.asLong()))
              : Position.UNKNOWN;
      if (position != null) {
        found.add(new SqlConstruct(name, "", position));
      }
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // A connection that cannot be closed is of no further use either way.
      }
    }
  }
}
