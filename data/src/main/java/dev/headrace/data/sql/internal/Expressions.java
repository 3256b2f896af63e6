package dev.headrace.data.sql.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.Offsets;
import dev.headrace.data.sql.Position;
import dev.headrace.data.sql.SqlAnalysis;
import dev.headrace.data.sql.SqlErrorCode;
import dev.headrace.data.sql.SqlExpression;
import dev.headrace.data.sql.SqlExpression.ColumnUse;
import dev.headrace.data.sql.SqlGuard;
import dev.headrace.data.sql.SqlScanner;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a text as one scalar expression, and as nothing else. */
public final class Expressions {
  /** Written and parsed like a column, though each is a value. */
  private static final Set<String> KEYWORDS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  private static final String SELECT = "select\n";

  private final String text;
  private final Location origin;
  private final Offsets offsets;
  private final int shift;
  private final List<ColumnUse> columns = new ArrayList<>();

  private Expressions(String text, Location origin) {
    this.text = text;
    this.origin = origin;
    this.offsets = Offsets.ofBytes(SELECT + text);
    this.shift = SELECT.length();
  }

  /**
   * The expression that {@code text} is.
   *
   * @throws HeadraceException SQL_SYNTAX, SQL_NOT_AN_EXPRESSION, SQL_FUNCTION_REFUSED
   */
  public static SqlExpression read(Parser parser, String text, Location origin) {
    try {
      return read(parser, text, origin, new Location(origin.file(), 1, 1));
    } catch (HeadraceException e) {
      Location place = e.location().orElse(origin);
      // What the parser was given begins with a line of ours.
      boolean inText = place.line() >= 2 && e.code() != SqlErrorCode.SQL_NOT_AN_EXPRESSION;
      throw new HeadraceException(
          e.code(),
          String.valueOf(e.getMessage()),
          e.hint(),
          inText ? new Position(place.line() - 1, place.column()).in(origin) : place,
          e);
    }
  }

  private static SqlExpression read(
      Parser parser, String text, Location origin, Location statement) {
    // Alone it must be one item of a SELECT; in parentheses it must not close them.
    JsonNode alone = parser.parseSelect(SELECT + text, statement);
    JsonNode node = alone.path("node");
    boolean single =
        node.path("type").asText().equals("SELECT_NODE")
            && node.path("select_list").size() == 1
            && node.path("from_table").path("type").asText("EMPTY").equals("EMPTY")
            && node.path("where_clause").isMissingNode()
            && node.path("group_expressions").isMissingNode()
            && node.path("having").isMissingNode()
            && node.path("qualify").isMissingNode()
            && node.path("modifiers").isEmpty()
            && node.path("cte_map").path("map").isEmpty();
    if (!single) {
      throw refused(text, "it is more than one expression", origin);
    }
    parser.parseSelect("select (\n" + text + "\n)", statement);
    Expressions expression = new Expressions(text, origin);
    expression.walk(node.path("select_list").get(0));
    SqlAnalysis analysis = References.find(SELECT + text, alone, statement);
    SqlGuard.check(analysis, Set.of(), statement);
    if (!analysis.parameters().isEmpty()) {
      throw refused(text, "it has a parameter", origin);
    }
    expression.columns.sort(Comparator.comparingInt(ColumnUse::start));
    return new SqlExpression(SqlScanner.blankComments(text), expression.columns);
  }

  private void walk(JsonNode node) {
    if (node.isArray()) {
      node.forEach(this::walk);
      return;
    }
    if (!node.isObject()) {
      return;
    }
    switch (node.path("class").asText()) {
      case "SUBQUERY" -> throw refused(text, "it has a subquery", place(node));
      case "WINDOW" -> throw refused(text, "it has a window function", place(node));
      case "LAMBDA" -> throw refused(text, "it has a lambda", place(node));
      case "STAR" -> throw refused(text, "it has a *", place(node));
      case "COLUMN_REF" -> column(node);
      default -> {}
    }
    node.forEach(this::walk);
  }

  private void column(JsonNode node) {
    List<String> parts = new ArrayList<>();
    node.path("column_names").forEach(part -> parts.add(part.asText()));
    if (parts.size() == 1 && KEYWORDS.contains(parts.getFirst().toLowerCase(Locale.ROOT))) {
      return;
    }
    long start = node.path("query_location").asLong(-1);
    long length = node.path("query_location_length").asLong(0);
    if (start < shift || length <= 0) {
      throw refused(text, "the parser does not say where '" + parts + "' stands", origin);
    }
    columns.add(
        new ColumnUse(
            parts, offsets.charAt(start) - shift, offsets.charAt(start + length) - shift));
  }

  private Location place(JsonNode node) {
    JsonNode location = node.path("query_location");
    if (!location.canConvertToLong()) {
      return origin;
    }
    int offset = Math.max(0, offsets.charAt(location.asLong()) - shift);
    return Position.of(text, Math.min(offset, text.length())).in(origin);
  }

  private static HeadraceException refused(String text, String reason, Location place) {
    return new HeadraceException(
        SqlErrorCode.SQL_NOT_AN_EXPRESSION,
        "Cannot read '" + text.strip() + "' as an expression: " + reason + ".",
        "Write one expression over columns, such as: country = 'DE' and amount > 0",
        place,
        null);
  }
}
