package dev.headrace.data.catalog;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.data.catalog.ColumnOrigins.Column;
import dev.headrace.data.sql.ColumnLineage.Derivation;
import dev.headrace.data.sql.ColumnLineage.Known;
import dev.headrace.data.sql.ColumnLineage.OutputColumn;
import dev.headrace.data.sql.ColumnLineage.Source;
import dev.headrace.data.sql.ColumnLineage.Unknown;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.tables.TableSpec;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Follows columns through the statements of the project as they are declared now, table by table
 * back to the raw ones. Only the columns of raw tables are taken from what is published.
 */
final class ColumnTracer {
  private final Graph graph;
  private final Function<String, Optional<Schema>> published;
  private final SqlEngine engine;
  private final SqlAnalyzer analyzer;
  private final Map<String, Traced> done = new HashMap<>();

  ColumnTracer(
      Graph graph,
      Function<String, Optional<Schema>> published,
      SqlEngine engine,
      SqlAnalyzer analyzer) {
    this.graph = graph;
    this.published = published;
    this.engine = engine;
    this.analyzer = analyzer;
  }

  /** A table's columns, if they can be told, and where they come from. */
  private record Traced(Optional<Schema> schema, ColumnOrigins origins) {}

  ColumnOrigins origins(String table) {
    return trace(table).origins();
  }

  /** Those of a query that stands in no table. */
  ColumnOrigins origins(String sql, List<String> inputs) {
    return throughStatement("query", sql, Map.of(), inputs).origins();
  }

  /** Follows the columns of a table the other way, to what is made from them. */
  ColumnReaders readers(Asset asset) {
    List<ColumnReaders.Column> columns = new ArrayList<>();
    for (Column column : origins(asset.name()).columns()) {
      columns.add(readers(asset, column.name()));
    }
    return new ColumnReaders(asset.name(), columns);
  }

  private ColumnReaders.Column readers(Asset asset, String column) {
    Set<Source> reached = new TreeSet<>(Set.of(new Source(key(asset.name()), column)));
    Set<Source> possible = new TreeSet<>();
    Set<String> tables = new HashSet<>(Set.of(key(asset.name())));
    // In the graph's order inputs come before what reads them: one pass is enough.
    for (Asset reader : graph.assets()) {
      if (reader.definition().inputs().stream()
          .map(ColumnTracer::key)
          .noneMatch(tables::contains)) {
        continue;
      }
      for (Column derived : origins(reader.name()).columns()) {
        Source place = new Source(key(reader.name()), derived.name());
        switch (derived.inputs()) {
          case Known(Set<Source> inputs) -> {
            if (inputs.stream().anyMatch(reached::contains)) {
              reached.add(place);
              tables.add(place.table());
            } else if (inputs.stream().anyMatch(possible::contains)) {
              possible.add(place);
              tables.add(place.table());
            }
          }
          case Unknown _ -> {
            possible.add(place);
            tables.add(place.table());
          }
        }
      }
    }
    reached.removeIf(place -> place.table().equals(key(asset.name())));
    return new ColumnReaders.Column(column, List.copyOf(reached), List.copyOf(possible));
  }

  private static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }

  private Traced trace(String table) {
    String key = key(table);
    Traced known = done.get(key);
    if (known == null) {
      // The graph has no cycles, so this ends.
      known =
          statement(key)
              .map(
                  spec ->
                      asksModels(spec)
                          ? asking(key)
                          : throughStatement(key, spec.sql().text(), parameters(spec), inputs(key)))
              .orElseGet(() -> raw(key, published.apply(key)));
      done.put(key, known);
    }
    return known;
  }

  private Optional<TableSpec> statement(String table) {
    return graph
        .find(table)
        .map(asset -> asset.declaration().spec())
        .filter(TableSpec.class::isInstance)
        .map(TableSpec.class::cast);
  }

  private static Traced raw(String table, Optional<Schema> schema) {
    if (schema.isEmpty()) {
      return opaque(table, "'" + table + "' has not been built, so its columns are not known");
    }
    List<Column> columns = new ArrayList<>();
    for (String name : schema.get().names()) {
      columns.add(new Column(name, Known.NOTHING, new Known(Set.of(new Source(table, name)))));
    }
    return new Traced(schema, new ColumnOrigins(table, columns, ""));
  }

  private static boolean asksModels(TableSpec spec) {
    return !ModelCalls.find(spec.sql().text(), spec.sql().at(1, 1)).isEmpty();
  }

  /** What a model makes of columns is not followed; who reads the table can be. */
  private Traced asking(String table) {
    Optional<Schema> schema = published.apply(table);
    if (schema.isEmpty()) {
      return opaque(table, "'" + table + "' asks a model and has not been built yet");
    }
    Unknown asks = new Unknown("the statement of '" + table + "' asks a model");
    return new Traced(
        schema,
        new ColumnOrigins(
            table,
            schema.get().names().stream().map(name -> new Column(name, asks, asks)).toList(),
            ""));
  }

  private static Traced opaque(String table, String reason) {
    return new Traced(Optional.empty(), new ColumnOrigins(table, List.of(), reason));
  }

  private List<String> inputs(String table) {
    return graph.find(table).map(found -> found.definition().inputs()).orElse(List.of());
  }

  private Traced throughStatement(
      String table, String sql, Map<String, Object> parameters, List<String> reads) {
    Map<String, Schema> inputs = new LinkedHashMap<>();
    Map<String, Relation> empty = new LinkedHashMap<>();
    for (String input : reads) {
      Traced traced = trace(input);
      if (traced.schema().isEmpty()) {
        return opaque(table, traced.origins().obstacle());
      }
      inputs.put(input.toLowerCase(Locale.ROOT), traced.schema().get());
      empty.put(
          input.toLowerCase(Locale.ROOT), new Relation.Files(traced.schema().get(), List.of(), 0));
    }
    try {
      Schema output = engine.describe(new Query(sql, empty, parameters));
      List<Column> columns = new ArrayList<>();
      for (OutputColumn column : analyzer.lineage(sql, inputs, output).columns()) {
        columns.add(new Column(column.name(), column.derivation(), sources(column.derivation())));
      }
      return new Traced(Optional.of(output), new ColumnOrigins(table, columns, ""));
    } catch (HeadraceException e) {
      // A statement that does not fit its inputs any more: the run says so, with its place.
      return opaque(table, "its statement cannot be understood: " + e.getMessage());
    }
  }

  private static Map<String, Object> parameters(TableSpec spec) {
    return spec.growth() == TableSpec.Growth.BY_DAY
        ? Map.of(
            "from", LocalDate.EPOCH.atStartOfDay(),
            "to", LocalDate.EPOCH.plusDays(1).atStartOfDay())
        : Map.of();
  }

  private Derivation sources(Derivation inputs) {
    return switch (inputs) {
      case Unknown unknown -> unknown;
      case Known known -> {
        Derivation sources = Known.NOTHING;
        for (Source input : known.inOrder()) {
          sources = sources.and(sourcesOf(input));
        }
        yield sources;
      }
    };
  }

  private Derivation sourcesOf(Source input) {
    return trace(input.table()).origins().columns().stream()
        .filter(column -> column.name().equalsIgnoreCase(input.column()))
        .findFirst()
        .map(Column::sources)
        .map(
            derivation ->
                derivation instanceof Unknown(String reason) && !reason.contains(": ")
                    ? new Unknown(input + ": " + reason)
                    : derivation)
        .orElse(new Unknown(input + " is not known"));
  }
}
