package dev.headrace.data.duckdb;

import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.spi.engine.ComputedColumns;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Watch;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.c.ArrowArrayStream;
import org.duckdb.DuckDBConnection;

/**
 * What a query names and this process computes: computed when the query begins, shown to DuckDB as
 * temporary views of one connection, let go at the end.
 */
final class ComputedRelations implements AutoCloseable {
  private final Map<Relation.Computed, String> names = new LinkedHashMap<>();
  private final Map<Relation.Computed, ComputedColumns> held = new LinkedHashMap<>();
  private final List<ArrowStream> streams = new ArrayList<>();

  private ComputedRelations() {}

  /** Those of a query and of the views in it; nothing is computed yet. */
  static ComputedRelations of(Query query) {
    ComputedRelations computed = new ComputedRelations();
    computed.add(query);
    return computed;
  }

  private void add(Query query) {
    for (Relation relation : query.relations().values()) {
      switch (relation) {
        case Relation.Files _ -> {}
        case Relation.View view -> add(view.query());
        case Relation.Computed computed ->
            names.putIfAbsent(computed, "__headrace_computed_" + names.size());
      }
    }
  }

  /** The SELECT that reads one. */
  String scan(Relation.Computed computed) {
    return "FROM " + SqlQuotes.identifier(Objects.requireNonNull(names.get(computed)));
  }

  /**
   * Computes what is not yet computed, and shows everything to a connection, to be read once.
   *
   * @throws SQLException what DuckDB says against it
   */
  void show(DuckDBConnection connection, Watch watch) throws SQLException {
    for (Map.Entry<Relation.Computed, String> entry : names.entrySet()) {
      ComputedColumns columns = held.get(entry.getKey());
      if (columns == null) {
        columns = entry.getKey().rows().apply(watch);
        held.put(entry.getKey(), columns);
      }
      ArrowStream stream = new ArrowStream(columns);
      streams.add(stream);
      connection.registerArrowStream(entry.getValue(), new ArrowArrayStream(stream.address()));
    }
  }

  /** What was thrown while they were read, which DuckDB tells only in part. */
  Optional<RuntimeException> failure() {
    return streams.stream()
        .map(ArrowStream::failure)
        .filter(Objects::nonNull)
        .map(
            failure ->
                failure instanceof RuntimeException known
                    ? known
                    : new IllegalStateException(failure))
        .findFirst();
  }

  /** Makes a connection forget them, whose queries have ended. */
  void hide(DuckDBConnection connection) throws SQLException {
    if (!streams.isEmpty()) {
      try (Statement drop = connection.createStatement()) {
        for (String name : names.values()) {
          drop.execute("DROP VIEW IF EXISTS " + SqlQuotes.identifier(name));
        }
      }
    }
  }

  /** Only after all queries that were shown them have ended: their memory is gone. */
  @Override
  public void close() {
    streams.forEach(ArrowStream::close);
    streams.clear();
    held.values().forEach(ComputedColumns::close);
    held.clear();
  }
}
