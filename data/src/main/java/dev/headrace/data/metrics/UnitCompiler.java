package dev.headrace.data.metrics;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.stats.Arithmetic;
import dev.headrace.data.metrics.Reach.Column;
import dev.headrace.data.metrics.UnitMeasure.Function;
import dev.headrace.data.metrics.UnitMeasure.Limits;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.spi.error.HeadraceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes of metrics what they add up to per unit. */
final class UnitCompiler {
  private final Metrics metrics;
  private final Definitions definitions;

  UnitCompiler(Metrics metrics, Definitions definitions) {
    this.metrics = metrics;
    this.definitions = definitions;
  }

  /**
   * A metric by what it adds up to per unit.
   *
   * @param unit the column that says whose a row is
   * @throws HeadraceException METRIC_PER_UNIT for a measure that has no value per unit
   */
  UnitMetric of(Metrics.Reference reference, String unit) {
    Metric metric = reference.metric();
    return switch (metric.spec().measure()) {
      case Measure.Ratio(String numerator, String denominator) -> {
        List<UnitMeasure> parts = new ArrayList<>();
        Arithmetic formula =
            Arithmetic.ratio(
                part(metric, numerator, unit, parts), part(metric, denominator, unit, parts));
        boolean plain = parts.size() == 2 && parts.stream().allMatch(p -> p.totals().size() == 1);
        yield plain ? new UnitMetric.Total(parts) : new UnitMetric.Combination(parts, formula);
      }
      case Measure.Derived(String expression) -> {
        List<UnitMeasure> parts = new ArrayList<>();
        Arithmetic formula =
            Formula.parse(expression, name -> part(metric, name, unit, parts))
                .orElseThrow(
                    () -> notPerUnit(metric, "its expression is more than + - * / of metrics"));
        yield new UnitMetric.Combination(parts, formula);
      }
      case Measure.Retention retention ->
          new UnitMetric.Total(List.of(returns(metric, retention, unit)));
      case Measure.Funnel funnel ->
          new UnitMetric.Total(
              List.of(
                  new FunnelMeasure(metric, funnel, unit)
                      .to(reference.step(funnel), this::rowsOfStep)));
      case Measure.Quantile(String text, Percentage at) -> quantile(metric, text, at, unit);
      default -> new UnitMetric.Total(List.of(ofRows(metric, unit)));
    };
  }

  /**
   * What a metric within another stands for: the mean of its total, or one mean over another.
   *
   * @param parts those found so far; this one's are added
   */
  private Arithmetic part(Metric whole, String name, String unit, List<UnitMeasure> parts) {
    int from = parts.stream().mapToInt(part -> part.totals().size()).sum();
    UnitMetric part = of(metrics.reference(name), unit);
    parts.addAll(part.parts());
    return switch (part) {
      case UnitMetric.Combination(List<UnitMeasure> _, Arithmetic formula) -> formula.shifted(from);
      case UnitMetric.Total(List<UnitMeasure> own) ->
          own.stream().mapToInt(measure -> measure.totals().size()).sum() == 2
              ? Arithmetic.ratio(new Arithmetic.Quantity(from), new Arithmetic.Quantity(from + 1))
              : new Arithmetic.Quantity(from);
      case UnitMetric.Quantile _ ->
          throw notPerUnit(whole, "its part '" + name + "' is a quantile, which does not add up");
    };
  }

  /** The rows with a value, and the value within the metric's limits. */
  private UnitMetric quantile(Metric metric, String text, Percentage at, String unit) {
    if (metric.spec().cap() != null && metric.spec().cap().quantile() != null) {
      throw notPerUnit(metric, "the cap of a quantile is no quantile");
    }
    String[] value = new String[1];
    UnitMeasure rows =
        part(
            metric,
            String.valueOf(metric.spec().table()),
            unit,
            (filter, _, own) -> {
              value[0] = limited(metric, own.of(text, "quantile"));
              return List.of(new Total(Function.COUNT, value[0], filter, Optional.empty()));
            });
    return new UnitMetric.Quantile(rows, value[0], at.fraction());
  }

  /** A row's value within the limits that are numbers. */
  private static String limited(Metric metric, String value) {
    Cap cap = metric.spec().cap();
    if (cap == null) {
      return value;
    }
    String limited = SqlText.enclosed(value);
    if (cap.max() != null) {
      String max = cap.max().toPlainString();
      limited = "case when %s > %s then %s else %1$s end".formatted(limited, max, max);
      limited = SqlText.enclosed(limited);
    }
    if (cap.min() != null) {
      String min = cap.min().toPlainString();
      limited = "case when %s < %s then %s else %1$s end".formatted(limited, min, min);
    }
    return limited;
  }

  /** The rows of one step of a funnel, and which of them count. */
  private FunnelMeasure.StepRows rowsOfStep(Metric metric, Measure.Step step, String unit) {
    String table =
        Optional.ofNullable(step.table()).orElseGet(() -> String.valueOf(metric.spec().table()));
    Reach reach = definitions.reach(metric, table);
    Set<Reach.Stop> joins = new LinkedHashSet<>();
    Column owner = reach.resolve(List.of(unit));
    Question.use(owner.stop(), joins);
    Column time = definitions.requireTime(metric, reach, table);
    Question.use(time.stop(), joins);
    int index = ((Measure.Funnel) metric.spec().measure()).steps().indexOf(step);
    Optional<String> filter =
        Optional.ofNullable(step.where())
            .map(
                text ->
                    definitions.own(
                        metric,
                        reach,
                        text,
                        "funnel.steps[" + index + "].where",
                        stop -> Question.use(stop, joins)));
    return new FunnelMeasure.StepRows(rows(reach, joins, owner, Optional.of(time)), filter);
  }

  private static UnitMeasure.Rows rows(
      Reach reach, Set<Reach.Stop> joins, Column owner, Optional<Column> time) {
    StringBuilder source = new StringBuilder("from ").append(Reach.name(reach.fact().table()));
    joins.forEach(stop -> source.append('\n').append(stop.join()));
    Set<String> tables = new LinkedHashSet<>(Set.of(reach.fact().table()));
    joins.forEach(stop -> tables.add(stop.table()));
    return new UnitMeasure.Rows(
        reach.fact().table(),
        source.toString(),
        List.copyOf(tables),
        owner.sql(),
        time.map(UnitCompiler::time));
  }

  /**
   * Who came back in one of the periods after that of the exposure: of units, not of entities, so
   * counted from what the experiment did to them.
   */
  private UnitMeasure returns(Metric metric, Measure.Retention retention, String unit) {
    MetricSpec spec = metric.spec();
    String own = String.valueOf(spec.table());
    String table = Optional.ofNullable(retention.activity()).orElse(own);
    if (!unit.equalsIgnoreCase(String.valueOf(spec.entity()))) {
      throw notPerUnit(metric, "its entity is not the unit '" + unit + "'");
    }
    if (!table.equalsIgnoreCase(own) && spec.where() != null) {
      throw notPerUnit(metric, "its filter is of '" + own + "', its activity of '" + table + "'");
    }
    return part(
        metric,
        table,
        unit,
        (filter, time, _) -> {
          String at =
              time.map(Column::sql)
                  .orElseThrow(() -> notPerUnit(metric, "'" + table + "' has no time"));
          String condition =
              "%s >= %s and %1$s < %s"
                  .formatted(
                      start(retention, at, 0),
                      start(retention, UnitMeasure.EXPOSED_AT, retention.after()),
                      start(retention, UnitMeasure.EXPOSED_AT, retention.last() + 1));
          return List.of(new Total(Function.ANY, condition, filter, Optional.empty()));
        });
  }

  /** When the period of a time begins, or one some periods later. */
  private static String start(Measure.Retention retention, String time, int later) {
    boolean weeks = retention.period() == Measure.Period.WEEK;
    String begin =
        "date_trunc('%s', %s)".formatted(Star.lower(retention.period().toString()), time);
    return later == 0
        ? begin
        : begin
            + " + interval '%d' %s"
                .formatted(
                    weeks ? 7 * later : later,
                    retention.period() == Measure.Period.MONTH ? "month" : "day");
  }

  private UnitMeasure ofRows(Metric metric, String unit) {
    MetricSpec spec = metric.spec();
    if (!(spec.measure() instanceof Measure.OfRows measure)) {
      throw new IllegalStateException(metric.name() + " is a " + metric.measureWord());
    }
    return part(
        metric,
        String.valueOf(spec.table()),
        unit,
        (filter, _, own) -> totals(metric, measure, filter, own, unit));
  }

  /** What is added up, once columns can be resolved. */
  private interface Totals {
    List<Total> of(Optional<String> filter, Optional<Column> time, Own own);
  }

  private UnitMeasure part(Metric metric, String table, String unit, Totals wanted) {
    Reach reach = definitions.reach(metric, table);
    Set<Reach.Stop> joins = new LinkedHashSet<>();
    Column owner = reach.resolve(List.of(unit));
    Question.use(owner.stop(), joins);
    Duration window = metric.spec().window();
    Optional<Column> time =
        window == null
            ? definitions.time(metric, reach, table)
            : Optional.of(definitions.requireTime(metric, reach, table));
    time.ifPresent(column -> Question.use(column.stop(), joins));
    Own own = (text, key) -> definitions.own(metric, reach, text, key, s -> Question.use(s, joins));
    Optional<String> filter =
        Optional.ofNullable(metric.spec().where()).map(text -> own.of(text, "where"));
    if (window != null) {
      String inTime = soonEnough(time.orElseThrow(), window);
      filter =
          Optional.of(filter.map(all -> SqlText.enclosed(all) + " and " + inTime).orElse(inTime));
    }
    List<Total> totals = wanted.of(filter, time, own);
    UnitMeasure.Rows rows = rows(reach, joins, owner, time);
    return new UnitMeasure(
        metric.name(),
        rows.table(),
        rows.source(),
        rows.tables(),
        rows.unit(),
        rows.time(),
        totals);
  }

  /** Rows before exposure are soon enough, too: as covariates they count whole. */
  private static String soonEnough(Column time, Duration window) {
    return "%s < %s + %s"
        .formatted(time.sql(), time(time).exposure(), TrailingWindow.interval(window));
  }

  private static UnitMeasure.Time time(Column column) {
    return new UnitMeasure.Time(column.sql(), column.field().type());
  }

  private interface Own {
    String of(String text, String key);
  }

  private static List<Total> totals(
      Metric metric, Measure.OfRows measure, Optional<String> filter, Own own, String unit) {
    return switch (measure) {
      case Measure.Count(String text) -> {
        Counted counted = Counted.parse(text);
        String inside =
            counted.expression().equals(Counted.ALL)
                ? Counted.ALL
                : own.of(counted.expression(), "count");
        Function function = counted.distinct() ? Function.COUNT_DISTINCT : Function.COUNT;
        yield List.of(new Total(function, inside, filter, Optional.empty()));
      }
      case Measure.Sum(String text) ->
          List.of(new Total(Function.SUM, own.of(text, "sum"), filter, limits(metric)));
      case Measure.Mean(String text) -> {
        if (metric.spec().cap() != null && metric.spec().cap().quantile() != null) {
          throw notPerUnit(metric, "the cap of a mean is a quantile of rows");
        }
        String value = limited(metric, own.of(text, "mean"));
        yield List.of(
            new Total(Function.SUM, value, filter, Optional.empty()),
            new Total(Function.COUNT, value, filter, Optional.empty()));
      }
      case Measure.Proportion(String text) -> {
        String condition = own.of(text, "proportion");
        if (unit.equalsIgnoreCase(String.valueOf(metric.spec().entity()))) {
          yield List.of(new Total(Function.ANY, condition, filter, Optional.empty()));
        }
        if (metric.spec().entity() != null) {
          throw notPerUnit(metric, "its entity is not the unit '" + unit + "'");
        }
        yield List.of(
            new Total(
                Function.COUNT, "case when " + condition + " then 1 end", filter, Optional.empty()),
            new Total(Function.COUNT, Counted.ALL, filter, Optional.empty()));
      }
      case Measure.Quantile _ -> throw new IllegalStateException("a quantile has no totals");
    };
  }

  private static Optional<Limits> limits(Metric metric) {
    return Optional.ofNullable(metric.spec().cap())
        .map(
            cap ->
                new Limits(
                    Optional.ofNullable(cap.min()),
                    Optional.ofNullable(cap.max()),
                    Optional.ofNullable(cap.quantile()).map(q -> q.fraction())));
  }

  static HeadraceException notPerUnit(Metric metric, String reason) {
    return new HeadraceException(
        MetricError.METRIC_PER_UNIT,
        "Cannot measure '%s' per unit: %s.".formatted(metric.name(), reason),
        "docs/experiments.md says of which metrics units have a value.");
  }
}
