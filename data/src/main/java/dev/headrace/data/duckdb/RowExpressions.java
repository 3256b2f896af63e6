package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.schema.Field;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Computes expressions over rows that are in memory, by the engine that computes them over tables,
 * so that both come to the same. Takes about 0.2 ms however few the rows are. Thread-safe.
 */
public final class RowExpressions implements AutoCloseable {
  private static final int MAX_IDLE = 8;
  private static final long MEMORY_BYTES = 128L << 20;

  private final DuckDb duckDb;
  private final String sql;
  private final List<Field> results;
  private final Deque<Prepared> idle = new ArrayDeque<>();
  private boolean closed;

  private record Prepared(DuckDBConnection connection, PreparedStatement statement)
      implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      statement.close();
      connection.close();
    }
  }

  /** The engine of any number of them: one thread, since rows are few and requests many. */
  public static DuckDb engine(Path spillDirectory) {
    return DuckDb.open(
        EngineConfig.defaults(spillDirectory, List.of())
            .withThreads(1)
            .withMemoryLimitBytes(MEMORY_BYTES));
  }

  /**
   * One that computes expressions, which were looked at before: they read no table.
   *
   * @param duckDb computes; stays open
   * @param row the name under which expressions may call a row
   * @param columns of a row; binary ones are not known here
   * @param results names and types of what is computed
   * @param expressions one per result
   */
  public RowExpressions(
      DuckDb duckDb,
      String row,
      List<Field> columns,
      List<Field> results,
      List<String> expressions) {
    this.duckDb = duckDb;
    this.results = List.copyOf(results);
    List<String> structure = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      structure.add("\"c%d\":\"%s\"".formatted(i, json(DuckDbTypes.toSql(columns.get(i).type()))));
      named.add("v.c%d as %s".formatted(i, SqlQuotes.identifier(columns.get(i).name())));
    }
    List<String> computed = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      computed.add(
          "cast((%s\n) as %s)"
              .formatted(expressions.get(i), DuckDbTypes.toSql(results.get(i).type())));
    }
    this.sql =
        "select %s from (select %s from (select unnest(from_json(?, %s)) as v)) as %s"
            .formatted(
                String.join(", ", computed),
                String.join(", ", named),
                SqlQuotes.literal(structure.stream().collect(Collectors.joining(",", "[{", "}]"))),
                row);
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /**
   * The results for some rows, in their order.
   *
   * @param rows a JSON array of objects, whose members are {@code c0}, {@code c1} and so on; times
   *     and decimals as text
   * @throws dev.headrace.spi.error.HeadraceException if an expression fails for a row
   */
  public List<List<@Nullable Object>> evaluate(String rows) {
    try {
      Prepared prepared = borrow();
      boolean complete = false;
      try {
        List<List<@Nullable Object>> found = run(prepared.statement(), rows);
        complete = true;
        return found;
      } finally {
        giveBack(prepared, complete);
      }
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "compute", "features");
    }
  }

  private List<List<@Nullable Object>> run(PreparedStatement statement, String rows)
      throws SQLException {
    statement.setString(1, rows);
    try (ResultSet result = statement.executeQuery()) {
      List<List<@Nullable Object>> found = new ArrayList<>();
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>(results.size());
        for (int i = 0; i < results.size(); i++) {
          row.add(Values.read(result, i + 1, results.get(i).type()));
        }
        found.add(row);
      }
      return found;
    }
  }

  private Prepared borrow() throws SQLException {
    synchronized (this) {
      Prepared kept = idle.pollLast();
      if (kept != null) {
        return kept;
      }
    }
    DuckDBConnection connection = duckDb.connection();
    try {
      return new Prepared(connection, connection.prepareStatement(sql));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private void giveBack(Prepared prepared, boolean sound) throws SQLException {
    synchronized (this) {
      if (sound && !closed && idle.size() < MAX_IDLE) {
        idle.addLast(prepared);
        return;
      }
    }
    prepared.close();
  }

  @Override
  public void close() {
    List<Prepared> kept;
    synchronized (this) {
      closed = true;
      kept = List.copyOf(idle);
      idle.clear();
    }
    for (Prepared prepared : kept) {
      try {
        prepared.close();
      } catch (SQLException e) {
        throw DuckDbErrors.translate(e, "close", "duckdb");
      }
    }
  }
}
