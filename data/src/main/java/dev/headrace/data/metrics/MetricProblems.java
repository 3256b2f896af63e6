package dev.headrace.data.metrics;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.graph.Graph;
import dev.headrace.core.project.Problems;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Location;
import dev.headrace.spi.error.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether metrics fit the columns of their tables: each is asked, and its statement bound. */
final class MetricProblems {
  private final Metrics metrics;
  private final Shown tables;
  private final SqlEngine engine;

  /**
   * @param metrics over these tables
   * @param engine binds statements
   */
  MetricProblems(Metrics metrics, Shown tables, SqlEngine engine) {
    this.metrics = metrics;
    this.tables = tables;
    this.engine = engine;
  }

  List<Problem> of(Graph graph) {
    Problems problems = new Problems();
    Set<String> answered = new HashSet<>();
    for (Asset asset : graph.assets()) {
      // What is made of a metric that is wrong is told once: there.
      if (asset.kind().name().equals(MetricKind.NAME)
          && asset.definition().inputs().stream()
              .allMatch(input -> tables.has(input) || answered.contains(input))
          && isAnswered(Metric.of(asset), problems)) {
        answered.add(asset.name());
      }
    }
    return problems.list();
  }

  private boolean isAnswered(Metric metric, Problems problems) {
    Location measure = metric.asset().declaration().origin().at(metric.measureWord());
    try {
      MetricPlan plan = metrics.plan(MetricQuery.of(metric.name()));
      Map<String, Relation> rows = new HashMap<>();
      plan.tables().forEach(table -> rows.put(table, rows(table)));
      try {
        engine.describe(new Query(plan.sql(), rows, Map.of(), measure));
      } catch (HeadraceException e) { // Its place is one in the statement, which nobody wrote.
        problems.add(measure, String.valueOf(e.getMessage()), e.hint());
        return false;
      }
      return true;
    } catch (HeadraceException e) {
      problems.add(e.location().orElse(measure), String.valueOf(e.getMessage()), e.hint());
      return false;
    }
  }

  private Relation rows(String table) {
    return new Relation.Files(tables.schema(table), List.of(), 0);
  }
}
