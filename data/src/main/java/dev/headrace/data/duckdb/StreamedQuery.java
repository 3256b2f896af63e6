package dev.headrace.data.duckdb;

import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A query whose result is fetched while it is read, on a connection of its own: how it is watched,
 * how its failure is told, how it ends. Results are read by rows or by columns elsewhere.
 */
final class StreamedQuery implements AutoCloseable {
  private final DuckDb duckDb;
  private final QueryCompiler compiler;
  private final Query query;
  private final Watch watch;
  private final Vigil vigil;
  private final ComputedRelations computed;
  private final DuckDBConnection connection;
  private boolean failed;
  private boolean closed;
  private @Nullable Statement statement;
  private Vigil.@Nullable Entry entry;

  StreamedQuery(DuckDb duckDb, QueryCompiler compiler, Vigil vigil, Query query, Watch watch) {
    this.duckDb = duckDb;
    this.compiler = compiler;
    this.vigil = vigil;
    this.query = query;
    this.watch = watch;
    this.computed = ComputedRelations.of(query);
    this.connection = duckDb.borrow(DuckDb.Results.STREAMED);
  }

  DuckDBConnection connection() {
    return connection;
  }

  /** The query as DuckDB reads it, at the end of {@code text}. */
  QueryText compiled(QueryText text) {
    compiler.compile(query, computed, text);
    return text;
  }

  /** Computes what the query names and nobody has stored: before a statement is prepared. */
  void begin() throws SQLException {
    computed.show(connection, watch);
  }

  /** A statement that is about to run, which ends with this. */
  <T extends Statement> T watched(T running) {
    statement = running;
    entry = vigil.over(running, watch);
    return running;
  }

  /**
   * Between two parts of the result.
   *
   * @throws CancellationException when the query was cancelled
   */
  void requireWanted() {
    if (watch.isCancelled()) {
      failed = true;
      throw new CancellationException("the query was cancelled");
    }
  }

  boolean isCancelled() {
    return watch.isCancelled();
  }

  /**
   * What is told of a failure.
   *
   * @param text what failed
   */
  RuntimeException failure(SQLException e, QueryText text) {
    failed = true;
    return computed.failure().orElseGet(() -> Failures.of(e, text, query, watch, "run"));
  }

  /**
   * The driver loses the reason when a streamed query fails: it is run once more for its reason.
   */
  RuntimeException failAgain(SQLException lost, QueryText text) {
    failed = true;
    Optional<RuntimeException> thrown = computed.failure();
    if (thrown.isPresent()) {
      return thrown.get();
    }
    QueryText loud = compiled(new QueryText().append("EXPLAIN ANALYZE "));
    try (DuckDBConnection again = duckDb.connection();
        Statement repeated = again.createStatement();
        Vigil.Entry _ = vigil.over(repeated, watch)) {
      computed.show(again, watch);
      repeated.execute(loud.toString());
      return failure(lost, text);
    } catch (SQLException reason) {
      return failure(reason, loud);
    }
  }

  /** Ends the statement that runs; another may follow. */
  void end() throws SQLException {
    if (entry != null) {
      entry.close();
      entry = null;
    }
    if (statement != null) {
      statement.close();
      statement = null;
    }
  }

  /** A connection that has seen a failure is not used again. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (computed) {
      end();
      if (failed || watch.isCancelled()) {
        connection.close();
      } else {
        computed.hide(connection);
        duckDb.release(DuckDb.Results.STREAMED, connection);
      }
    } catch (SQLException e) {
      throw DuckDbErrors.translate(e, "end", query.origin().file());
    }
  }
}
