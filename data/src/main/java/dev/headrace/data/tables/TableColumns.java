package dev.headrace.data.tables;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.ledger.Publication;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Problems;
import dev.headrace.data.lake.Lake;
import dev.headrace.data.lake.VersionId;
import dev.headrace.data.release.CheckedColumns;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.ModelCalls;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Problem;
import dev.headrace.spi.schema.Schema;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The columns that tables would have if they were built now, found without building them: a
 * statement is bound to the columns of its inputs, down to the sources that were loaded before.
 *
 * @param byTable columns by table name in lower case; a table is left out when something it reads
 *     was never loaded or its statement does not fit
 * @param problems statements and checks that do not fit what they read: unknown columns and
 *     functions, types that do not go together
 */
public record TableColumns(Map<String, Schema> byTable, List<Problem> problems) {
  public TableColumns {
    byTable = Map.copyOf(byTable);
    problems = List.copyOf(problems);
  }

  /**
   * Binds every table of the project. Reads no row.
   *
   * @param published knows the columns of loaded sources
   * @param engine binds the statements
   */
  public static TableColumns of(
      Graph graph, Published published, Relations relations, SqlEngine engine) {
    Map<String, Schema> columns = new HashMap<>();
    Problems problems = new Problems();
    for (Asset asset : graph.assets()) {
      for (String table : asset.kind().tables(asset.name())) {
        stored(asset, table, published, relations)
            .ifPresent(schema -> columns.put(key(table), schema));
      }
      if (asset.declaration().spec() instanceof TableSpec spec) {
        if (!ModelCalls.find(spec.sql().text(), spec.sql().at(1, 1)).isEmpty()) {
          continue; // What a model adds is known when the table is built.
        }
        columns.remove(key(asset.name()));
        if (columns.keySet().containsAll(asset.definition().inputs())) {
          try {
            Schema result = engine.describe(query(asset, spec, columns));
            Lake.requireStorable(new VersionId(asset.name(), asset.fingerprint().hex()), result);
            ResultColumns.require(asset.name(), spec, result);
            columns.put(key(asset.name()), result);
          } catch (HeadraceException e) {
            problems.add(
                e.location().orElse(spec.sql().at(1, 1)), String.valueOf(e.getMessage()), e.hint());
          }
        }
      }
    }
    CheckedColumns checks = new CheckedColumns(columns, engine);
    graph.assets().forEach(asset -> checks.check(asset, problems));
    return new TableColumns(columns, problems.list());
  }

  /** The columns of what was published from this very definition. */
  private static Optional<Schema> stored(
      Asset asset, String table, Published published, Relations relations) {
    return published
        .table(table)
        .filter(shown -> shown.content().data() instanceof Publication.Stored)
        .filter(shown -> shown.content().fingerprint().equals(asset.fingerprint().hex()))
        .filter(shown -> !shown.expired())
        .map(shown -> relations.of(published, table))
        .map(relation -> ((Relation.Files) relation).schema());
  }

  private static Query query(Asset asset, TableSpec spec, Map<String, Schema> columns) {
    Map<String, Relation> inputs = new HashMap<>();
    for (String input : asset.definition().inputs()) {
      Schema schema = columns.get(input);
      if (schema != null) {
        inputs.put(input, new Relation.Files(schema, List.of(), 0));
      }
    }
    return new Query(
        spec.sql().text(),
        inputs,
        Map.of(
            "from", LocalDate.EPOCH.atStartOfDay(),
            "to", LocalDate.EPOCH.plusDays(1).atStartOfDay()),
        spec.sql().at(1, 1));
  }

  private static String key(String table) {
    return table.toLowerCase(Locale.ROOT);
  }
}
