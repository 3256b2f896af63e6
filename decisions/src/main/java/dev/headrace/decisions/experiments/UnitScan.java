package dev.headrace.decisions.experiments;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Limits;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statement that delivers an experiment's sums: one row per variant, from one pass over the
 * assignments and one over each fact table. Pure text; made once per experiment.
 *
 * <p>Units first ({@code experiment__units}: first exposure, variants met), then per table what
 * each unit adds up to after and before exposure, then numbers, sums and sums of products per
 * variant. Units that met several variants are counted apart and measured in none.
 */
final class UnitScan {
  private static final String UNITS = "experiment__units";
  private static final String VALUES = "experiment__values";
  private static final String LIMITS = "experiment__limits";

  private final ExperimentSpec spec;
  private final Optional<UnitMeasure.Time> exposedAt;
  private final String variant;
  private final List<Measured> metrics = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private final Set<String> tables = new LinkedHashSet<>();

  /**
   * @param exposedAt column of the assignments with the time of exposure
   */
  UnitScan(ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt) {
    this(spec, exposedAt, "cast(" + SqlQuotes.identifier(spec.variant()) + " as string)");
  }

  private UnitScan(ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt, String variant) {
    this.spec = spec;
    this.variant = variant;
    this.exposedAt = exposedAt;
    tables.add(spec.assignments().toLowerCase(Locale.ROOT));
  }

  /** The same of units to which nothing was assigned: all of them are in one arm. */
  static UnitScan withoutVariants(ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt) {
    return new UnitScan(spec, exposedAt, "'" + spec.base() + "'");
  }

  /**
   * A metric with the columns that its moments are made of.
   *
   * @param columns indices of values per unit, in the order of {@link MetricShape}
   */
  record Measured(String metric, MetricShape shape, List<Integer> columns, boolean adjusted) {}

  /** A value per unit. */
  private record Column(UnitMeasure measure, Total total, boolean before) {}

  List<Measured> metrics() {
    return metrics;
  }

  List<String> tables() {
    return List.copyOf(tables);
  }

  int columns() {
    return columns.size();
  }

  /** Adds a metric, by its parts. */
  void add(String metric, List<UnitMeasure> parts) {
    parts.forEach(part -> tables.addAll(part.tables()));
    List<Integer> after = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    boolean timed =
        exposedAt.isPresent() && parts.stream().allMatch(part -> part.time().isPresent());
    boolean adjusted = timed && spec.analysis().cuped() != null;
    for (UnitMeasure part : parts) {
      for (Total total : part.totals()) {
        after.add(columns.size());
        columns.add(new Column(part, total, false));
        if (adjusted) {
          before.add(columns.size());
          columns.add(new Column(part, total, true));
        }
      }
    }
    boolean share =
        after.size() == 1
            && parts.getFirst().totals().getFirst().function() == UnitMeasure.Function.ANY;
    int covariates = adjusted ? 1 : 0;
    MetricShape shape =
        after.size() == 2
            ? new MetricShape.Ratio(covariates)
            : share ? new MetricShape.Proportion(covariates) : new MetricShape.Mean(covariates);
    List<Integer> all = new ArrayList<>(after);
    all.addAll(before);
    metrics.add(new Measured(metric, shape, all, adjusted));
  }

  private static String value(int column) {
    return "v" + column;
  }

  /** The values of each unit, to learn their types from. */
  String values() {
    return "with " + String.join(",\n", steps()) + "\nselect * from " + VALUES;
  }

  /**
   * The whole statement. Columns: variant, units, then per column its sum, and per pair of columns
   * of one metric the sum of their products.
   *
   * @param types of the values, which decide how exactly they can be added
   */
  String sums(List<Type> types) {
    List<String> items = new ArrayList<>(List.of("variant", "count(*) as units"));
    for (int column = 0; column < columns.size(); column++) {
      items.add(sum(exact(column, types), types.get(column), null) + " as s" + column);
    }
    pairs()
        .forEach(
            (name, pair) ->
                items.add(
                    sum(
                            exact(pair.get(0), types) + " * " + exact(pair.get(1), types),
                            types.get(pair.get(0)),
                            types.get(pair.get(1)))
                        + " as "
                        + name));
    if (exposedAt.isPresent()) {
      items.add("max(exposed_at) as newest_exposure");
    }
    return "with "
        + String.join(",\n", steps())
        + "\nselect\n  "
        + String.join(",\n  ", items)
        + "\nfrom "
        + VALUES
        + "\ngroup by variant\norder by variant nulls last";
  }

  /** The pairs of columns whose products are summed, by name of the result's column. */
  Map<String, List<Integer>> pairs() {
    Map<String, List<Integer>> pairs = new LinkedHashMap<>();
    for (Measured metric : metrics) {
      for (int a : metric.columns()) {
        for (int b : metric.columns()) {
          if (b <= a) {
            pairs.put("p" + a + "_" + b, List.of(a, b));
          }
        }
      }
    }
    return pairs;
  }

  /** Whole numbers and decimals are added without any rounding, in whatever order they come. */
  private static String exact(int column, List<Type> types) {
    return isExact(types.get(column))
        ? "cast(%s as decimal(19,%d))".formatted(value(column), scale(types.get(column)))
        : value(column);
  }

  private static String sum(String value, Type type, @Nullable Type other) {
    boolean exact = isExact(type) && (other == null || isExact(other));
    // Floating point depends on the order of addition: units give it one.
    return exact ? "sum(" + value + ")" : "sum(" + value + " order by unit)";
  }

  private static boolean isExact(Type type) {
    return type == Type.Primitive.INT
        || type == Type.Primitive.LONG
        || (type instanceof Type.Decimal decimal && decimal.scale() <= 6);
  }

  private static int scale(Type type) {
    return type instanceof Type.Decimal decimal ? decimal.scale() : 0;
  }

  private List<String> steps() {
    List<String> steps = new ArrayList<>();
    steps.add(step(UNITS, units()));
    Map<String, String> names = new LinkedHashMap<>();
    for (Column column : columns) {
      String source = source(column);
      if (!names.containsKey(source)) {
        String name =
            "experiment__from_"
                + column.measure.table()
                + (names.size() == 0 ? "" : "_" + names.size());
        names.put(source, name);
        steps.add(step(name, perUnit(source)));
      }
    }
    steps.add(step(VALUES, joined(names)));
    List<Integer> limited = limited();
    if (!limited.isEmpty()) {
      steps.removeLast();
      steps.add(step(VALUES + "_raw", joined(names)));
      steps.add(step(LIMITS, limits(limited)));
      steps.add(step(VALUES, capped()));
    }
    return steps;
  }

  private static String step(String name, String sql) {
    return name + " as (\n  " + sql.replace("\n", "\n  ") + "\n)";
  }

  /** One row per unit. */
  private String units() {
    String table = SqlQuotes.identifier(spec.assignments());
    String unit = SqlQuotes.identifier(spec.unit());
    List<String> conditions =
        new ArrayList<>(List.of(unit + " is not null", variant + " is not null"));
    String at = exposedAt.map(UnitMeasure.Time::sql).orElse("");
    ExperimentSpec.Period period = spec.period();
    if (exposedAt.isPresent()) {
      conditions.add(at + " is not null");
      if (period != null) {
        conditions.add(at + " >= " + literal(period.start()));
        if (period.end() != null) {
          conditions.add(at + " < " + literal(period.end().plusDays(1)));
        }
      }
    }
    return "select\n  "
        + unit
        + " as unit,\n  case when count(distinct "
        + variant
        + ") = 1 then min("
        + variant
        + ") end as variant"
        + (exposedAt.isPresent() ? ",\n  min(" + at + ") as exposed_at" : "")
        + "\nfrom "
        + table
        + "\nwhere "
        + String.join("\n  and ", conditions)
        + "\ngroup by "
        + unit;
  }

  private String literal(LocalDate day) {
    boolean date = exposedAt.isPresent() && exposedAt.get().type() == Type.Primitive.DATE;
    return date ? "date '" + day + "'" : "timestamp '" + day + " 00:00:00'";
  }

  /** Columns of the same rows are added up in the same pass. */
  private String source(Column column) {
    return column.measure.source()
        + "\njoin "
        + UNITS
        + " as units on units.unit = "
        + column.measure.unit()
        + time(column.measure).map(time -> where(time)).orElse("");
  }

  private Optional<String> time(UnitMeasure measure) {
    return exposedAt.isPresent() ? measure.time().map(UnitMeasure.Time::sql) : Optional.empty();
  }

  private String where(String time) {
    ExperimentSpec.Cuped cuped = spec.analysis().cuped();
    String from =
        cuped == null ? "units.exposed_at" : "units.exposed_at - " + interval(cuped.lookback());
    ExperimentSpec.Period period = spec.period();
    String end =
        period == null || period.end() == null
            ? ""
            : "\n  and " + time + " < timestamp '" + period.end().plusDays(1) + " 00:00:00'";
    return "\nwhere " + time + " >= " + from + end;
  }

  private static String interval(Duration lookback) {
    return "interval '" + lookback.toSeconds() + "' second";
  }

  private String perUnit(String source) {
    List<String> items = new ArrayList<>(List.of("units.unit"));
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (source(column).equals(source)) {
        String condition =
            time(column.measure)
                .filter(_ -> spec.analysis().cuped() != null)
                .map(time -> time + (column.before ? " < " : " >= ") + "units.exposed_at")
                .orElse("");
        items.add(column.total.sql(condition) + " as " + value(i));
      }
    }
    return "select\n  " + String.join(",\n  ", items) + "\n" + source + "\ngroup by units.unit";
  }

  /** Units without a row in a table add up to 0 there. */
  private String joined(Map<String, String> names) {
    List<String> items = new ArrayList<>(List.of("units.unit", "units.variant"));
    if (exposedAt.isPresent()) {
      items.add("units.exposed_at");
    }
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String plain = "coalesce(" + names.get(source(column)) + "." + value(i) + ", 0)";
      items.add(limited(plain, column.total.limits()) + " as " + value(i));
    }
    return "select\n  "
        + String.join(",\n  ", items)
        + "\nfrom "
        + UNITS
        + " as units"
        + names.values().stream()
            .map(name -> "\nleft join " + name + " on " + name + ".unit = units.unit")
            .collect(Collectors.joining());
  }

  private static String limited(String value, Optional<Limits> limits) {
    if (limits.isEmpty() || (limits.get().min().isEmpty() && limits.get().max().isEmpty())) {
      return value;
    }
    StringBuilder sql = new StringBuilder("case");
    limits
        .get()
        .min()
        .ifPresent(
            min -> sql.append(" when %s < %s then %s".formatted(value, plain(min), plain(min))));
    limits
        .get()
        .max()
        .ifPresent(
            max -> sql.append(" when %s > %s then %s".formatted(value, plain(max), plain(max))));
    return sql.append(" else ").append(value).append(" end").toString();
  }

  private static String plain(BigDecimal number) {
    return number.toPlainString();
  }

  private List<Integer> limited() {
    List<Integer> limited = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).total.limits().flatMap(Limits::quantile).isPresent()) {
        limited.add(i);
      }
    }
    return limited;
  }

  private String limits(List<Integer> limited) {
    return "select\n  "
        + limited.stream()
            .map(
                i ->
                    "percentile_cont(%s) within group (order by cast(%s as double)) as highest%d"
                        .formatted(
                            columns.get(i).total.limits().flatMap(Limits::quantile).orElseThrow(),
                            value(i),
                            i))
            .collect(Collectors.joining(",\n  "))
        + "\nfrom "
        + VALUES
        + "_raw\nwhere variant is not null";
  }

  private String capped() {
    List<String> items = new ArrayList<>(List.of("unit", "variant"));
    if (exposedAt.isPresent()) {
      items.add("exposed_at");
    }
    List<Integer> limited = limited();
    for (int i = 0; i < columns.size(); i++) {
      items.add(
          limited.contains(i)
              ? "case when %s > highest%d then highest%d else %s end as %s"
                  .formatted(value(i), i, i, value(i), value(i))
              : value(i));
    }
    return "select\n  "
        + String.join(",\n  ", items)
        + "\nfrom "
        + VALUES
        + "_raw\ncross join "
        + LIMITS;
  }
}
