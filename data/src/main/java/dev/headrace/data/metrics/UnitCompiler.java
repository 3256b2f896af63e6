package dev.headrace.data.metrics;

import dev.headrace.data.metrics.Reach.Column;
import dev.headrace.data.metrics.UnitMeasure.Function;
import dev.headrace.data.metrics.UnitMeasure.Limits;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.spi.error.HeadraceException;
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
   * The parts of a metric: one table's for most, numerator and denominator for a ratio.
   *
   * @param unit the column that says whose a row is
   * @throws HeadraceException METRIC_PER_UNIT for a measure that has no value per unit
   */
  List<UnitMeasure> of(Metric metric, String unit) {
    return switch (metric.spec().measure()) {
      case Measure.Ratio(String numerator, String denominator) -> {
        List<UnitMeasure> parts = new ArrayList<>();
        for (String part : List.of(numerator, denominator)) {
          UnitMeasure measure = ofRows(metrics.reference(part).metric(), unit);
          if (measure.totals().size() != 1) {
            throw notPerUnit(metric, "its part '" + part + "' is itself a ratio per unit");
          }
          parts.add(measure);
        }
        yield parts;
      }
      case Measure.Retention retention -> List.of(returns(metric, retention, unit));
      default -> List.of(ofRows(metric, unit));
    };
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
      throw notPerUnit(metric, "a " + metric.measureWord() + " is no sum over a unit's rows");
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
    Optional<Column> time = definitions.time(metric, reach, table);
    time.ifPresent(column -> Question.use(column.stop(), joins));
    Own own = (text, key) -> definitions.own(metric, reach, text, key, s -> Question.use(s, joins));
    Optional<String> filter =
        Optional.ofNullable(metric.spec().where()).map(text -> own.of(text, "where"));
    List<Total> totals = wanted.of(filter, time, own);
    StringBuilder source = new StringBuilder("from ").append(Reach.name(reach.fact().table()));
    joins.forEach(stop -> source.append('\n').append(stop.join()));
    Set<String> tables = new LinkedHashSet<>(Set.of(reach.fact().table()));
    joins.forEach(stop -> tables.add(stop.table()));
    return new UnitMeasure(
        metric.name(),
        reach.fact().table(),
        source.toString(),
        List.copyOf(tables),
        owner.sql(),
        time.map(column -> new UnitMeasure.Time(column.sql(), column.field().type())),
        totals);
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
        if (metric.spec().cap() != null) {
          throw notPerUnit(metric, "the cap of a mean is one of rows");
        }
        String value = own.of(text, "mean");
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
      case Measure.Quantile _ -> throw notPerUnit(metric, "quantiles do not add up");
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

  private static HeadraceException notPerUnit(Metric metric, String reason) {
    return new HeadraceException(
        MetricError.METRIC_PER_UNIT,
        "Cannot measure '%s' per unit: %s.".formatted(metric.name(), reason),
        "Use count, sum, mean, proportion, retention, or a ratio of counts and sums.");
  }
}
