package dev.headrace.data.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.data.sql.ColumnLineage.OutputColumn;
import dev.headrace.data.sql.internal.Constructs;
import dev.headrace.data.sql.internal.Expressions;
import dev.headrace.data.sql.internal.Lineage;
import dev.headrace.data.sql.internal.Parser;
import dev.headrace.data.sql.internal.References;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.schema.Schema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads SQL with the parser of the engine that will run it, so that there is no second dialect.
 *
 * <p>Thread-safe; statements are parsed one at a time, in about half a millisecond each. The first
 * call connects to DuckDB, a construction alone costs nothing.
 */
public final class SqlAnalyzer implements AutoCloseable {
  /** Where a text comes from when nobody says it: the first character of "sql". */
  public static final Location UNKNOWN_ORIGIN = new Location("sql", 1, 1);

  private final Parser parser;

  /**
   * An analyzer over an engine that is there anyway.
   *
   * @param connections opens a connection on first use; the analyzer closes it
   */
  public SqlAnalyzer(Supplier<Connection> connections) {
    this.parser = new Parser(connections);
  }

  /** An analyzer with a small DuckDB of its own, which can read and write nothing. */
  public static SqlAnalyzer standalone() {
    return new SqlAnalyzer(SqlAnalyzer::connectStandalone);
  }

  private static Connection connectStandalone() {
    try {
      Connection connection = DriverManager.getConnection("jdbc:duckdb:");
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "SET threads=1; SET memory_limit='256MB'; SET temp_directory='';"
                + " SET autoinstall_known_extensions=false; SET autoload_known_extensions=false;"
                + " SET enable_external_access=false; SET lock_configuration=true");
      }
      return connection;
    } catch (SQLException e) {
      throw new HeadraceException(
          SqlErrorCode.SQL_PARSER_FAILED,
          "Cannot start the SQL parser: " + e.getMessage() + ".",
          "Check that DuckDB's native library can be unpacked into the temporary directory.",
          e);
    }
  }

  /** Analyzes a text of unknown origin; see {@link #analyze(String, Location)}. */
  public SqlAnalysis analyze(String sql) {
    return analyze(sql, UNKNOWN_ORIGIN);
  }

  /**
   * What {@code sql} reads and calls.
   *
   * @param origin where its first character is, for messages
   * @throws HeadraceException {@code SQL_SYNTAX}, {@code SQL_EMPTY} or {@code SQL_NOT_A_SELECT},
   *     with the place of the mistake
   */
  public SqlAnalysis analyze(String sql, Location origin) {
    JsonNode statement = parser.parseSelect(sql, origin);
    return References.find(sql, statement, origin);
  }

  /**
   * Reads a text as one scalar expression: a filter or a value, and nothing that reaches beyond it.
   *
   * @param origin where its first character is, for messages
   * @throws HeadraceException {@code SQL_SYNTAX}, {@code SQL_NOT_AN_EXPRESSION} or {@code
   *     SQL_FUNCTION_REFUSED}, with the place
   */
  public SqlExpression expression(String text, Location origin) {
    return Expressions.read(parser, text, origin);
  }

  /**
   * Which constructs {@code sql} is made of, in order of the text.
   *
   * @param origin where its first character is, for messages
   * @throws HeadraceException as {@link #analyze(String, Location)}
   */
  public List<SqlConstruct> constructs(String sql, Location origin) {
    return Constructs.find(sql, parser.parseSelect(sql, origin));
  }

  /**
   * Which input columns each output column takes its values from.
   *
   * @param inputs schemas of what FROM may name, keyed by the name in lower case
   * @param output the columns of the result, as {@link dev.headrace.spi.engine.SqlEngine#describe}
   *     gives them
   */
  public ColumnLineage lineage(String sql, Map<String, Schema> inputs, Schema output) {
    return Lineage.values(parser.parseSelect(sql, UNKNOWN_ORIGIN), inputs, output);
  }

  /**
   * Which input columns each output column takes its values from, where these are times that stay
   * in their day: a column that may have other days is {@link ColumnLineage.Unknown}, with what
   * leads there.
   *
   * @param inputs what FROM may name, keyed by the name in lower case, and what its columns derive
   *     from: those whose days do not matter from nothing
   * @param output the columns of the result
   */
  public ColumnLineage days(String sql, Map<String, List<OutputColumn>> inputs, Schema output) {
    return Lineage.days(parser.parseSelect(sql, UNKNOWN_ORIGIN), inputs, output);
  }

  @Override
  public void close() {
    parser.close();
  }
}
