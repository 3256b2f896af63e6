package dev.headrace.decisions.experiments;

import dev.headrace.core.stats.Arithmetic;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.data.metrics.UnitMetric;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The statement that delivers an experiment's sums: one row per variant, and per variant and level
 * of each dimension, from one pass over the assignments and one over each fact table. Pure text;
 * made once per experiment.
 *
 * <p>Units first ({@code experiment__units}: first exposure, variants met), then per table what
 * each unit adds up to after and before exposure ({@code experiment__totals}), then numbers, sums
 * and sums of products ({@link SumSql}). Units that met several variants are counted apart and
 * measured in none. The totals can be kept and summed later: see {@link KeptTotals}.
 */
final class UnitScan {
  /** What each unit adds up to; a relation of this name may stand in for the steps before it. */
  static final String TOTALS = "experiment__totals";

  /** Units that a statement is limited to, where it is. */
  static final String CHANGED = "experiment__changed";

  /** Stands for the number 1 among the columns of a metric: the denominator of what has none. */
  static final int ONE = -1;

  private static final String UNITS = UnitMeasure.UNITS;

  private final ExperimentSpec spec;
  private final Optional<UnitMeasure.Time> exposedAt;
  private final Exposure exposure;
  private final List<Measured> metrics = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private final List<QuantileScan> quantiles = new ArrayList<>();
  private final Map<String, Integer> covariates = new LinkedHashMap<>();
  private final Set<String> tables = new LinkedHashSet<>();
  private List<Type> totalTypes = List.of();

  /**
   * @param exposedAt column of the assignments with the time of exposure
   */
  UnitScan(ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt) {
    this(spec, exposedAt, "cast(" + SqlQuotes.identifier(spec.variant()) + " as string)");
  }

  private UnitScan(ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt, String variant) {
    this.spec = spec;
    this.exposure = new Exposure(spec, exposedAt, variant);
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
   * @param columns indices of values per unit, or {@link #ONE}, in the order of {@link MetricShape}
   * @param adjusted whether its own values before exposure are its first covariate
   * @param fewestUnits of an arm that say anything
   */
  record Measured(
      String metric, MetricShape shape, List<Integer> columns, boolean adjusted, long fewestUnits) {
    /** Whether it has covariates, its own values before exposure or others. */
    boolean isCovaried() {
      return shape.columns() > shape.inputs();
    }
  }

  /**
   * A value per unit.
   *
   * @param pass the rows it is added up from
   */
  record Column(UnitMeasure measure, Total total, boolean before, String pass) {
    private boolean sameAs(Column other) {
      return pass.equals(other.pass) && total.equals(other.total) && before == other.before;
    }

    /** Whether later rows can be added to it without looking at earlier ones. */
    boolean isAdditive() {
      return measure.isAdditive() && total.function() != UnitMeasure.Function.COUNT_DISTINCT;
    }
  }

  List<Measured> metrics() {
    return metrics;
  }

  /** What is asked besides sums. */
  List<QuantileScan> quantiles() {
    return List.copyOf(quantiles);
  }

  List<String> tables() {
    return List.copyOf(tables);
  }

  int columns() {
    return columns.size();
  }

  List<Column> parts() {
    return List.copyOf(columns);
  }

  Optional<UnitMeasure.Time> exposedAt() {
    return exposedAt;
  }

  Exposure exposure() {
    return exposure;
  }

  int dimensions() {
    return spec.dimensions().size();
  }

  /** Positions of the dimensions whose levels are crossed to strata. */
  List<Integer> strata() {
    return spec.analysis().stratify().stream().map(spec.dimensions()::indexOf).sorted().toList();
  }

  /** The covariates that all metrics have, by name: what each was before exposure. */
  List<Measured> covariates() {
    return covariates.entrySet().stream()
        .map(
            one ->
                new Measured(one.getKey(), MetricShape.mean(), List.of(one.getValue()), false, 0))
        .toList();
  }

  /**
   * Adds the covariates that the experiment names, before any metric is added.
   *
   * @param perUnit what a metric of that name is of each unit
   * @throws HeadraceException EXPERIMENT_COVARIATE where one is not a number of each unit before
   *     exposure
   */
  void covary(Function<String, UnitMetric> perUnit) {
    Covariates.of(spec, exposedAt, perUnit)
        .forEach(
            (name, part) -> {
              tables.addAll(part.tables());
              covariates.put(name, column(part, part.totals().getFirst(), true));
            });
  }

  /** Adds a metric, by its parts, that any number of units says something of. */
  void add(String metric, UnitMetric parts) {
    add(metric, parts, 0);
  }

  /** Adds a metric, by its parts. */
  void add(String metric, UnitMetric measured, long fewestUnits) {
    List<UnitMeasure> parts = measured.parts();
    parts.forEach(part -> tables.addAll(part.tables()));
    if (measured instanceof UnitMetric.Quantile quantile) {
      quantiles.add(
          new QuantileScan(metric, quantile, exposure, exposedAt, spec.dimensions().size()));
      metrics.add(new Measured(metric, new MetricShape.Quantile(), List.of(), false, fewestUnits));
      return;
    }
    List<Integer> after = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    boolean timed =
        exposedAt.isPresent() && parts.stream().allMatch(part -> part.time().isPresent());
    boolean sinceExposure = parts.stream().anyMatch(UnitMeasure::countsFromExposure);
    if (sinceExposure && exposedAt.isEmpty()) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_COLUMN,
          "Cannot measure '%s': it counts from exposure, and '%s' has no time."
              .formatted(metric, spec.assignments()),
          "Name the column with 'exposed-at', or 'time' in the table.");
    }
    boolean adjusted = timed && spec.analysis().cuped() != null && !sinceExposure;
    for (UnitMeasure part : parts) {
      for (Total total : part.totals()) {
        after.add(column(part, total, false));
        if (adjusted) {
          before.add(column(part, total, true));
        }
      }
    }
    List<Integer> all = new ArrayList<>(after);
    all.addAll(before);
    int others = others(metric, measured, after.size(), all);
    MetricShape shape = shape(measured, after.size(), others + (adjusted ? 1 : 0));
    metrics.add(new Measured(metric, shape, all, adjusted, fewestUnits));
  }

  /**
   * Appends the columns of the covariates that are not the metric's own past; arithmetic over means
   * has none.
   *
   * @return how many covariates they are
   */
  private int others(String metric, UnitMetric measured, int totals, List<Integer> columns) {
    if (!(measured instanceof UnitMetric.Total)) {
      return 0;
    }
    int others = 0;
    for (Map.Entry<String, Integer> covariate : covariates.entrySet()) {
      if (!covariate.getKey().equals(metric)) {
        others++;
        columns.add(covariate.getValue());
        if (totals == 2) {
          columns.add(ONE);
        }
      }
    }
    return others;
  }

  private static MetricShape shape(UnitMetric metric, int totals, int covariates) {
    return switch (metric) {
      case UnitMetric.Combination(List<UnitMeasure> _, Arithmetic formula) ->
          new MetricShape.Combination(totals, formula, covariates);
      case UnitMetric.Total _ when totals == 2 -> new MetricShape.Ratio(covariates);
      case UnitMetric.Total(List<UnitMeasure> parts)
          when parts.getFirst().totals().getFirst().function() == UnitMeasure.Function.ANY ->
          new MetricShape.Proportion(covariates);
      case UnitMetric.Total _ -> new MetricShape.Mean(covariates);
      case UnitMetric.Quantile _ -> new MetricShape.Quantile();
    };
  }

  /** What several metrics are made of is added up once. */
  private int column(UnitMeasure measure, Total total, boolean before) {
    Column wanted = new Column(measure, total, before, pass(measure));
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).sameAs(wanted)) {
        return i;
      }
    }
    columns.add(wanted);
    return columns.size() - 1;
  }

  static String value(int column) {
    return "v" + column;
  }

  /** Columns whose mean might hang on one unit. */
  List<Integer> means() {
    return metrics.stream()
        .filter(metric -> metric.shape() instanceof MetricShape.Mean)
        .map(metric -> metric.columns().getFirst())
        .distinct()
        .toList();
  }

  static String dimension(int index) {
    return "d" + index;
  }

  /**
   * Once types are known, floating-point values are added up so that the order of rows does not
   * matter.
   *
   * @param types of the totals
   */
  void learn(List<Type> types) {
    totalTypes = List.copyOf(types);
  }

  /** Whether a column's total is a floating-point number. */
  boolean isFloating(int column) {
    return !totalTypes.isEmpty() && !ExactSum.isExact(totalTypes.get(column));
  }

  /** The type in which a column's total is kept. */
  Type keptType(int column) {
    return ExactSum.kept(totalTypes.get(column));
  }

  /** What each unit adds up to, to learn types from. */
  String totals() {
    return with(steps(false)) + "select * from " + TOTALS;
  }

  /** The values of each unit, limited as metrics say. */
  String values() {
    SumSql sums = new SumSql(this);
    return with(concat(steps(false), sums.steps())) + "select * from " + sums.from();
  }

  /**
   * The whole statement.
   *
   * @param types of the values, which decide how exactly they can be added
   */
  String sums(List<Type> types) {
    SumSql sums = new SumSql(this);
    return with(concat(steps(false), sums.steps())) + sums.select(types);
  }

  /**
   * Numbers and sums of totals that are there, in a relation {@link #TOTALS}.
   *
   * @param types as for {@link #sums}
   */
  String sumsOfTotals(List<Type> types) {
    SumSql sums = new SumSql(this);
    return with(sums.steps()) + sums.select(types);
  }

  /** Totals in the types they are kept in. */
  String keptTotals() {
    return keptTotals(steps(false));
  }

  /**
   * The same of units in {@link #CHANGED} alone.
   *
   * @param firstExposed when the first of them was exposed
   */
  String keptTotalsOfChanged(Optional<LocalDate> firstExposed) {
    return keptTotals(steps(true, firstExposed));
  }

  private String keptTotals(List<String> steps) {
    List<String> items = own("");
    for (int i = 0; i < columns.size(); i++) {
      items.add(kept(value(i), i));
    }
    return with(steps) + select(items) + "\nfrom " + TOTALS;
  }

  /**
   * Kept totals, in a relation {@link #TOTALS}, with later rows added: only units that have some.
   *
   * @param later rows, by table: conditions
   * @param changed whether units in {@link #CHANGED} are left out
   * @param exposedBefore whether every unit was exposed before all of these rows
   */
  String advanced(Map<String, String> later, boolean changed, boolean exposedBefore) {
    List<String> steps = new ArrayList<>();
    List<String> units = own("");
    steps.add(
        step(
            UNITS,
            select(units)
                + "\nfrom "
                + TOTALS
                + (changed ? "\nwhere unit not in (select unit from " + CHANGED + ")" : "")));
    Map<String, String> names = passes(columns.stream().filter(c -> isLater(c, later)).toList());
    names.forEach(
        (pass, name) -> {
          String condition = String.valueOf(later.get(measureOf(pass).table()));
          steps.add(step(name, perUnit(pass, condition, isSplit(pass) && !exposedBefore)));
        });
    boolean oneRowEach = exposedBefore && names.size() == 1;
    String active = "experiment__active";
    if (!oneRowEach) {
      String each = "select unit from ";
      steps.add(step(active, each + String.join("\nunion\n" + each, names.values())));
    }
    List<String> items = own("totals.");
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String old = "totals." + value(i);
      String more = "coalesce(" + side(column, names) + "." + total(i) + ", 0)";
      items.add(
          !isLater(column, later) || (column.before && exposedBefore)
              ? old + " as " + value(i)
              : column.total.function() == UnitMeasure.Function.ANY
                  ? kept("greatest(" + old + ", " + more + ")", i)
                  : kept(old + " + " + more, i));
    }
    return with(steps)
        + select(items)
        + "\nfrom "
        + TOTALS
        + " as totals"
        + (oneRowEach
            ? sides(names, "totals", true).replace("left join", "join")
            : "\njoin "
                + active
                + " as active on active.unit = totals.unit"
                + sides(names, "totals", exposedBefore));
  }

  private static boolean isLater(Column column, Map<String, String> later) {
    return later.containsKey(column.measure.table());
  }

  private String kept(String value, int column) {
    return keptType(column) instanceof Type.Decimal(int precision, int scale)
        ? "cast(%s as decimal(%d,%d)) as %s".formatted(value, precision, scale, value(column))
        : "cast(%s as double) as %s".formatted(value, value(column));
  }

  /** What is known of a unit besides its totals. */
  private List<String> own(String prefix) {
    List<String> own = new ArrayList<>(List.of(prefix + "unit", prefix + "variant"));
    if (exposedAt.isPresent()) {
      own.add(prefix + "exposed_at");
    }
    for (int i = 0; i < dimensions(); i++) {
      own.add(prefix + dimension(i));
    }
    return own;
  }

  private static String with(List<String> steps) {
    return steps.isEmpty() ? "" : "with " + String.join(",\n", steps) + "\n";
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  static String step(String name, String sql) {
    return name + " as (\n  " + sql.replace("\n", "\n  ") + "\n)";
  }

  static String select(List<String> items) {
    return "select\n  " + String.join(",\n  ", items);
  }

  /**
   * The steps to totals.
   *
   * @param ofChanged whether only units in {@link #CHANGED} count
   */
  private List<String> steps(boolean ofChanged) {
    return steps(ofChanged, Optional.empty());
  }

  private List<String> steps(boolean ofChanged, Optional<LocalDate> firstExposed) {
    List<String> steps = new ArrayList<>();
    steps.add(step(UNITS, exposure.units(ofChanged)));
    Map<String, String> names = passes(columns);
    names.forEach(
        (pass, name) -> {
          UnitMeasure measure = measureOf(pass);
          String since =
              time(measure)
                  .flatMap(at -> firstExposed.map(day -> exposure.notLongBefore(at, day)))
                  .orElse("");
          steps.add(step(name, perUnit(pass, since, isSplit(pass))));
        });
    List<String> items = own("units.");
    for (int i = 0; i < columns.size(); i++) {
      items.add("coalesce(" + side(columns.get(i), names) + "." + total(i) + ", 0) as " + value(i));
    }
    steps.add(
        step(
            TOTALS,
            select(items) + "\nfrom " + UNITS + " as units" + sides(names, "units", false)));
    return steps;
  }

  /** Names of the passes over tables. */
  private static Map<String, String> passes(List<Column> columns) {
    Map<String, String> names = new LinkedHashMap<>();
    for (Column column : columns) {
      names.computeIfAbsent(
          column.pass,
          _ ->
              "experiment__from_"
                  + column.measure.table()
                  + (names.isEmpty() ? "" : "_" + names.size()));
    }
    return names;
  }

  /** Units without a row in a table add up to 0 there. */
  private String sides(Map<String, String> names, String units, boolean onlyAfter) {
    StringBuilder joins = new StringBuilder();
    names.forEach(
        (pass, name) -> {
          for (boolean before : new boolean[] {false, true}) {
            boolean wanted =
                columns.stream().anyMatch(c -> c.pass.equals(pass) && c.before == before);
            if (wanted && !(before && onlyAfter)) {
              String alias = before ? name + "_before" : name;
              joins.append("\nleft join ").append(name).append(before ? " as " + alias : "");
              joins.append(" on ").append(alias).append(".unit = ").append(units).append(".unit");
              if (isSplit(pass) && !onlyAfter) {
                joins
                    .append(before ? " and " : " and not ")
                    .append(alias)
                    .append(".before_exposure");
              }
            }
          }
        });
    return joins.toString();
  }

  private static String side(Column column, Map<String, String> names) {
    return names.get(column.pass) + (column.before ? "_before" : "");
  }

  /** Whether rows before and after exposure are told apart. */
  private boolean isSplit(String pass) {
    return columns.stream().anyMatch(column -> column.pass.equals(pass) && column.before);
  }

  /** The name under which a pass gives a column's total: the same for before and after. */
  private String total(int column) {
    Column wanted = columns.get(column);
    int first = 0;
    while (!columns.get(first).pass.equals(wanted.pass)
        || !columns.get(first).total.equals(wanted.total)) {
      first++;
    }
    return "t" + first;
  }

  /** Columns of the same rows are added up in the same pass. */
  private String pass(UnitMeasure measure) {
    return measure.source()
        + "\njoin "
        + UNITS
        + " as units on units.unit = "
        + measure.unit()
        + time(measure).map(exposure::where).orElse("");
  }

  private Optional<String> time(UnitMeasure measure) {
    return exposedAt.isPresent() ? measure.time().map(UnitMeasure.Time::sql) : Optional.empty();
  }

  /**
   * Totals per unit, and where rows before exposure count, before and after it: two short rows are
   * added up several times as fast as one long one.
   */
  private String perUnit(String pass, String condition, boolean split) {
    List<String> items = new ArrayList<>(List.of("units.unit"));
    List<String> keys = new ArrayList<>(List.of("units.unit"));
    UnitMeasure measure = measureOf(pass);
    String since = cutOff(measure);
    if (split) {
      items.add(since + " as before_exposure");
      keys.add(since);
    }
    // With a lookback, rows before exposure are read for others; where nobody wants them, not here.
    boolean onlyAfter =
        !isSplit(pass) && spec.analysis().cuped() != null && time(measure).isPresent();
    Set<String> done = new LinkedHashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.pass.equals(pass) && done.add(total(i))) {
        items.add(total(column.total, i, onlyAfter ? "not " + since : "") + " as " + total(i));
      }
    }
    String rows = condition.isEmpty() ? pass : pass + "\n  and " + condition;
    return select(items) + "\n" + rows + "\ngroup by " + String.join(", ", keys);
  }

  private UnitMeasure measureOf(String pass) {
    return columns.stream().filter(c -> c.pass.equals(pass)).findFirst().orElseThrow().measure;
  }

  private String cutOff(UnitMeasure measure) {
    return time(measure).map(time -> "(" + time + " < units.exposed_at)").orElse("false");
  }

  private String total(Total total, int column, String condition) {
    return total.function() == UnitMeasure.Function.SUM && isFloating(column)
        ? ExactSum.ofRows(total, condition)
        : total.sql(condition);
  }
}
