package dev.headrace.data.metrics;

import dev.headrace.core.graph.Graph;
import dev.headrace.core.plan.Published;
import dev.headrace.core.project.Names;
import dev.headrace.data.release.Relations;
import dev.headrace.data.sql.SqlAnalyzer;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.error.Problem;
import dev.headrace.spi.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The metrics of a project, asked over what one environment shows. Not thread-safe; as current as
 * what it was made from. Planning a question executes nothing.
 */
public final class Metrics {
  private final Graph graph;
  private final Published published;
  private final Relations relations;
  private final Supplier<? extends SqlEngine> engine;
  private final Supplier<SqlAnalyzer> analyzer;
  private final Star star;

  /**
   * @param engine asked for the columns of views only, because it takes time to start
   * @param analyzer reads what users type
   */
  public Metrics(
      Graph graph,
      Published published,
      Relations relations,
      Supplier<? extends SqlEngine> engine,
      Supplier<SqlAnalyzer> analyzer) {
    this.graph = graph;
    this.published = published;
    this.relations = relations;
    this.engine = engine;
    this.analyzer = analyzer;
    this.star = new Star(graph, Shown.of(published, this::schema));
  }

  /** The same metrics over tables that need not be built. */
  private Metrics(Metrics others, Shown shown) {
    this.graph = others.graph;
    this.published = others.published;
    this.relations = others.relations;
    this.engine = others.engine;
    this.analyzer = others.analyzer;
    this.star = new Star(graph, shown);
  }

  /** The metrics of a project, by name. */
  public static List<Metric> of(Graph graph) {
    return graph.assets().stream()
        .filter(asset -> asset.kind().name().equals(MetricKind.NAME))
        .map(Metric::of)
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  /**
   * A metric, or one step of a funnel.
   *
   * @param step empty for the metric itself
   */
  record Reference(Metric metric, Optional<String> step) {
    /** The column of a result. */
    String column() {
      return step.map(name -> metric.name() + "_" + name).orElse(metric.name());
    }

    /** The step that is asked for: the last one unless another is named. */
    String step(Measure.Funnel funnel) {
      return step.orElseGet(() -> funnel.steps().getLast().name());
    }
  }

  /**
   * The metric of this name.
   *
   * @throws HeadraceException METRIC_UNKNOWN, with the nearest name
   */
  public Metric get(String name) {
    return graph
        .find(name)
        .filter(asset -> asset.kind().name().equals(MetricKind.NAME))
        .map(Metric::of)
        .orElseThrow(
            () ->
                new HeadraceException(
                    MetricError.METRIC_UNKNOWN,
                    "Cannot find metric '%s': the project declares none of that name."
                        .formatted(name),
                    Names.suggest(name, of(graph).stream().map(Metric::name).toList())));
  }

  Reference reference(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      return new Reference(get(text), Optional.empty());
    }
    Metric metric = get(text.substring(0, dot));
    String step = text.substring(dot + 1);
    List<String> steps =
        metric.spec().measure() instanceof Measure.Funnel funnel
            ? funnel.steps().stream().skip(1).map(Measure.Step::name).toList()
            : List.of();
    if (!steps.contains(step)) {
      throw new HeadraceException(
          MetricError.METRIC_UNKNOWN,
          "Cannot find step '%s' of metric '%s': it has %s."
              .formatted(
                  step,
                  metric.name(),
                  steps.isEmpty() ? "no steps" : "the steps " + String.join(", ", steps)),
          steps.isEmpty() ? "Ask for the metric alone." : Names.suggest(step, steps));
    }
    return new Reference(metric, Optional.of(step));
  }

  /**
   * The statement that answers a question.
   *
   * @throws HeadraceException METRIC_UNKNOWN, METRIC_UNKNOWN_COLUMN, METRIC_AMBIGUOUS,
   *     METRIC_FAN_OUT, METRIC_NO_TIME, METRIC_QUESTION, or a reason why the filter is no
   *     expression
   */
  public MetricPlan plan(MetricQuery query) {
    return new Compiler(this, star, analyzer.get()).compile(query);
  }

  /**
   * What of the metrics does not fit the columns that tables would have if they were built now, and
   * so could not be answered. Reads no row.
   *
   * @param columns by table name in lower case; metrics of other tables are left out
   */
  public List<Problem> problems(Map<String, Schema> columns) {
    Shown tables = Shown.ofColumns(columns);
    return new MetricProblems(new Metrics(this, tables), tables, engine.get()).of(graph);
  }

  /** The statement with the tables it reads, ready to be executed. */
  public Query query(MetricPlan plan) {
    return Query.of(plan.sql(), relations.of(published, plan.tables()));
  }

  /**
   * A metric as it is measured of units, such as users.
   *
   * @param unit the column that says whose a row is
   * @throws HeadraceException METRIC_UNKNOWN, METRIC_UNKNOWN_COLUMN, METRIC_PER_UNIT
   */
  public UnitMetric perUnit(String name, String unit) {
    return new UnitCompiler(this, new Definitions(this, star, analyzer.get()))
        .of(new Reference(get(name), Optional.empty()), unit);
  }

  /**
   * The tables that a statement reads, as they are shown.
   *
   * @throws HeadraceException if one has not been built
   */
  public Query over(String sql, List<String> tables) {
    return Query.of(sql, relations.of(published, tables));
  }

  /** Columns of a table as it is shown, and the column of its event time. */
  public TableColumns columns(String table) {
    relations.of(published, table); // Tells what has not been built.
    return new TableColumns(star.schema(table), star.time(table));
  }

  /** What is known of a table that is measured. */
  public record TableColumns(Schema schema, Optional<String> time) {}

  /** What a metric can be split by: columns by the table they are of, nearest tables first. */
  public List<MetricPlan.Dimension> dimensions(Metric metric) {
    String table = metric.spec().table();
    if (table == null || !star.isShown(table)) {
      return List.of();
    }
    List<MetricPlan.Dimension> dimensions = new ArrayList<>();
    for (Reach.Stop stop : new Reach(star, metric.name(), table).stops()) {
      star.schema(stop.table())
          .names()
          .forEach(
              column ->
                  dimensions.add(new MetricPlan.Dimension(column, stop.alias() + "." + column)));
    }
    return dimensions;
  }

  void requireShown(Metric metric, String table) {
    if (!star.isShown(table)) {
      throw new HeadraceException(
          MetricError.METRIC_QUESTION,
          "Cannot ask '%s': its table '%s' has not been built in environment '%s'."
              .formatted(metric.name(), table, published.environment()),
          "Build it first: headrace run --select +" + table);
    }
  }

  private Schema schema(String table) {
    return relations.of(published, table).schema(engine);
  }
}
