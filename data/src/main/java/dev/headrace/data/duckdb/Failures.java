package dev.headrace.data.duckdb;

import dev.headrace.data.duckdb.DuckDbErrors.Failure;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Tells the failure of a query in the words and places of the one who wrote it. */
final class Failures {
  private Failures() {}

  /**
   * The exception to throw when {@code text}, compiled from {@code query}, failed with {@code e}.
   */
  static RuntimeException of(
      SQLException e, QueryText text, Query query, Watch watch, String verb) {
    if (watch.isCancelled()) {
      CancellationException cancelled = new CancellationException("the query was cancelled");
      cancelled.initCause(e);
      return cancelled;
    }
    Failure failure = Failure.of(e);
    if (failure.isInterrupt()) {
      return new HeadraceException(
          DuckDbErrorCode.DUCKDB_CLOSED,
          "Cannot " + verb + " '" + query.origin().file() + "': the engine was closed meanwhile.",
          "Run it again.",
          e);
    }
    Optional<String> column = text.column(failure.position());
    return DuckDbErrors.translate(
        failure,
        column.map(name -> verb + " the column '" + name + "' of").orElse(verb),
        query.origin().file(),
        text.locate(failure.position()).orElse(query.origin()),
        e);
  }
}
