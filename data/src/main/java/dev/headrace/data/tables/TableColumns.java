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
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.data.tables.TableSpec.Growth;
import dev.headrace.data.tables.TableSpec.Materialize;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Problem;
import dev.headrace.spi.schema.Schema;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
   * @param analyzer follows the times of tables by day
   * @param zone the project's
   */
  public static TableColumns of(
      Graph graph,
      Published published,
      Relations relations,
      SqlEngine engine,
      SqlAnalyzer analyzer,
      ZoneId zone) {
    return new Binding(published, relations, engine, new OwnDays(analyzer, zone)).of(graph);
  }

  /** One pass through the graph. */
  private static final class Binding {
    private final Published published;
    private final Relations relations;
    private final SqlEngine engine;
    private final OwnDays ownDays;
    private final Map<String, Schema> columns = new HashMap<>();
    private final Map<String, OwnDays.Input> days = new HashMap<>();
    private final Set<String> withoutRows = new HashSet<>();
    private final Problems problems = new Problems();

    Binding(Published published, Relations relations, SqlEngine engine, OwnDays ownDays) {
      this.published = published;
      this.relations = relations;
      this.engine = engine;
      this.ownDays = ownDays;
    }

    TableColumns of(Graph graph) {
      for (Asset asset : graph.assets()) {
        asset.kind().tables(asset.name()).forEach(table -> stored(asset, table));
        // What a model adds is known when the table is built.
        if (asset.declaration().spec() instanceof TableSpec spec
            && ModelCalls.find(spec.sql().text(), spec.sql().at(1, 1)).isEmpty()) {
          columns.remove(key(asset.name()));
          if (columns.keySet().containsAll(asset.definition().inputs())) {
            bind(asset, spec);
          }
        }
      }
      CheckedColumns checks = new CheckedColumns(columns, engine);
      graph.assets().forEach(asset -> checks.check(asset, problems));
      return new TableColumns(columns, problems.list());
    }

    /** The columns of what was published from this very definition. */
    private void stored(Asset asset, String table) {
      published
          .table(table)
          .filter(shown -> shown.content().data() instanceof Publication.Stored)
          .filter(shown -> shown.content().fingerprint().equals(asset.fingerprint().hex()))
          .filter(shown -> !shown.expired())
          .ifPresent(
              shown -> {
                Relation.Files files = (Relation.Files) relations.of(published, table);
                columns.put(key(table), files.schema());
                if (files.rows() == 0) {
                  withoutRows.add(key(table));
                }
                days.put(key(table), OwnDays.rows(files.schema(), shown.content().data()));
              });
    }

    private void bind(Asset asset, TableSpec spec) {
      Map<String, OwnDays.Input> inputs = new HashMap<>(days);
      inputs.keySet().retainAll(asset.definition().inputs());
      try {
        Schema result = engine.describe(query(asset, spec, columns));
        Lake.requireStorable(new VersionId(asset.name(), asset.fingerprint().hex()), result);
        ResultColumns.require(asset.name(), spec, result);
        if (spec.growth() == Growth.BY_DAY) {
          ownDays.require(asset.name(), spec, spec.sql().text(), inputs, result);
          if (!inputs.isEmpty() && !mayHaveTime(inputs)) {
            throw ResultColumns.timeUnknown(asset.name(), asset.definition().inputs());
          }
        }
        columns.put(key(asset.name()), result);
        days.put(
            key(asset.name()),
            spec.materialize() == Materialize.VIEW
                ? new OwnDays.View(result, spec.sql().text(), inputs)
                : new OwnDays.Rows(result, Optional.ofNullable(spec.time())));
      } catch (HeadraceException e) {
        problems.add(
            e.location().orElse(spec.sql().at(1, 1)), String.valueOf(e.getMessage()), e.hint());
      }
    }

    /** Of a table without rows it is not published which column tells their time. */
    private boolean mayHaveTime(Map<String, OwnDays.Input> inputs) {
      return inputs.entrySet().stream()
          .anyMatch(
              input ->
                  switch (input.getValue()) {
                    case OwnDays.Rows rows ->
                        rows.time().isPresent() || withoutRows.contains(input.getKey());
                    case OwnDays.View view -> mayHaveTime(view.inputs());
                  });
    }
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
