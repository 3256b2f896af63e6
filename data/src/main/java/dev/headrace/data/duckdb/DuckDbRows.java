package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** A result that is fetched while it is read: a few thousand rows are in memory at any time. */
final class DuckDbRows implements Rows {
  private final DuckDb duckDb;
  private final QueryCompiler compiler;
  private final QueryText text;
  private final Query query;
  private final Watch watch;
  private final Vigil vigil;
  private final DuckDBConnection connection;
  private boolean failed;
  private boolean closed;
  private Schema schema = new Schema(List.of());
  private @Nullable Statement statement;
  private Vigil.@Nullable Entry entry;
  private @Nullable ResultSet result;

  private DuckDbRows(
      DuckDb duckDb,
      QueryCompiler compiler,
      Vigil vigil,
      QueryText text,
      Query query,
      Watch watch) {
    this.duckDb = duckDb;
    this.compiler = compiler;
    this.text = text;
    this.query = query;
    this.watch = watch;
    this.vigil = vigil;
    this.connection = duckDb.borrow(DuckDb.Results.STREAMED);
  }

  static DuckDbRows open(
      DuckDb duckDb, QueryCompiler compiler, Vigil vigil, Query query, Watch watch) {
    QueryText text = new QueryText();
    compiler.compile(query, text);
    DuckDbRows rows = new DuckDbRows(duckDb, compiler, vigil, text, query, watch);
    try {
      rows.start();
      return rows;
    } catch (Throwable e) {
      rows.close();
      throw e;
    }
  }

  private void start() {
    try {
      // Not prepared: DuckDB would plan it twice, which for a short query is most of its time.
      ResultSet rows = run(text.toString());
      schema = DuckDbEngine.schema(rows.getMetaData());
      if (schema.fields().stream().anyMatch(field -> Values.needsText(field.type()))) {
        end();
        rows = run(withTextTimes());
      }
      result = rows;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private ResultSet run(String sql) throws SQLException {
    Statement running = connection.createStatement();
    statement = running;
    entry = vigil.over(running, watch);
    return running.executeQuery(sql);
  }

  /** The same query with time stamps inside nested values as text; see {@link Values}. */
  private String withTextTimes() {
    List<String> names = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      String name = SqlQuotes.identifier("c" + names.size());
      names.add(name);
      String type = DuckDbTypes.toSql(Values.asText(field.type()));
      columns.add(Values.needsText(field.type()) ? "CAST(" + name + " AS " + type + ")" : name);
    }
    return "SELECT "
        + String.join(", ", columns)
        + " FROM (\n"
        + text
        + ") AS q("
        + names.stream().collect(Collectors.joining(", "))
        + ")";
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable List<@Nullable Object> next() {
    ResultSet open = result;
    if (open == null) {
      return null;
    }
    try {
      if (watch.isCancelled()) {
        throw new CancellationException("the query was cancelled");
      }
      if (!open.next()) {
        close();
        return null;
      }
      List<@Nullable Object> row = new ArrayList<>(schema.fields().size());
      for (int i = 0; i < schema.fields().size(); i++) {
        row.add(Values.read(open, i + 1, schema.fields().get(i).type()));
      }
      return row;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private RuntimeException failure(SQLException e) {
    failed = true;
    if (!watch.isCancelled() && String.valueOf(e.getMessage()).contains("Invalid result set")) {
      return failAgain(e);
    }
    return Failures.of(e, text, query, watch, "run");
  }

  /** The driver loses the reason when a streamed query fails: run it once more for its reason. */
  private RuntimeException failAgain(SQLException lost) {
    QueryText loud = new QueryText().append("EXPLAIN ANALYZE ");
    compiler.compile(query, loud);
    try (DuckDBConnection again = duckDb.connection();
        Statement repeated = again.createStatement();
        Vigil.Entry _ = vigil.over(repeated, watch)) {
      repeated.execute(loud.toString());
      return Failures.of(lost, text, query, watch, "run");
    } catch (SQLException reason) {
      return Failures.of(reason, loud, query, watch, "run");
    }
  }

  /** Ends what runs on the connection. */
  private void end() throws SQLException {
    if (entry != null) {
      entry.close();
      entry = null;
    }
    if (statement != null) {
      statement.close();
      statement = null;
    }
  }

  @Override
  public void close() {
    result = null;
    if (closed) {
      return;
    }
    closed = true;
    try {
      end();
      if (failed || watch.isCancelled()) {
        connection.close();
      } else {
        duckDb.release(DuckDb.Results.STREAMED, connection);
      }
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "end", query.origin().file());
    }
  }
}
