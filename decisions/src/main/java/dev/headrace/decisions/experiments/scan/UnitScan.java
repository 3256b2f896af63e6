package dev.headrace.decisions.experiments.scan;

import dev.headrace.core.stats.Arithmetic;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.data.metrics.UnitMetric;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statement that delivers an experiment's sums: one row per variant, and per variant and level
 * of each dimension, from one pass over the assignments and one over each fact table. Pure text;
 * made once per experiment.
 *
 * <p>Units first ({@code experiment__units}: first exposure, variants met), then per table what
 * each unit adds up to after and before exposure ({@link TotalsSql}), then numbers, sums and sums
 * of products ({@link SumSql}). Units that met several variants are counted apart and measured in
 * none. The totals can be kept and summed later: see {@code experiments.kept}.
 */
public final class UnitScan {
  /** What each unit adds up to; a relation of this name may stand in for the steps before it. */
  public static final String TOTALS = "experiment__totals";

  /** Units that a statement is limited to, where it is. */
  public static final String CHANGED = "experiment__changed";

  /** Stands for the number 1 among the columns of a metric: the denominator of what has none. */
  static final int ONE = -1;

  private static final String UNITS = UnitMeasure.UNITS;

  private final ExperimentSpec spec;
  private final Optional<UnitMeasure.Time> exposedAt;
  private final Exposure exposure;
  private final boolean hasVariants;
  private final List<Measured> metrics = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private final List<QuantileScan> quantiles = new ArrayList<>();
  private final List<Beforehand> beforehand = new ArrayList<>();
  private final Map<String, Integer> covariates = new LinkedHashMap<>();
  private final Set<String> tables = new LinkedHashSet<>();
  private List<Type> totalTypes = List.of();

  /**
   * @param exposedAt column of the assignments with the time of exposure
   */
  public UnitScan(ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt) {
    this(spec, exposedAt, "cast(" + SqlQuotes.identifier(spec.variant()) + " as string)", true);
  }

  private UnitScan(
      ExperimentSpec spec,
      Optional<UnitMeasure.Time> exposedAt,
      String variant,
      boolean hasVariants) {
    this.spec = spec;
    this.hasVariants = hasVariants;
    this.exposure = new Exposure(spec, exposedAt, variant, hasVariants && exposedAt.isPresent());
    this.exposedAt = exposedAt;
    tables.add(spec.assignments().toLowerCase(Locale.ROOT));
  }

  /** The same of units to which nothing was assigned: all of them are in one arm. */
  public static UnitScan withoutVariants(
      ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt) {
    return new UnitScan(spec, exposedAt, "'" + spec.base() + "'", false);
  }

  /**
   * A metric with the columns that its moments are made of.
   *
   * @param columns indices of values per unit, or {@link #ONE}, in the order of {@link MetricShape}
   * @param adjusted whether its own values before exposure are its first covariate
   * @param fewestUnits of an arm that say anything
   */
  public record Measured(
      String metric, MetricShape shape, List<Integer> columns, boolean adjusted, long fewestUnits) {
    /** Whether it has covariates, its own values before exposure or others. */
    public boolean isCovaried() {
      return shape.columns() > shape.inputs();
    }

    /** The columns that the metric itself is made of. */
    List<Integer> own() {
      return columns.subList(0, shape.inputs());
    }

    /**
     * Under which name the units are counted that have a value in one of its columns; empty where
     * those that have none say as much.
     */
    Optional<String> informative() {
      return shape instanceof MetricShape.Ratio || shape instanceof MetricShape.Combination
          ? Optional.of(
              own().stream().map(String::valueOf).collect(Collectors.joining("_", "n", "")))
          : Optional.empty();
    }
  }

  /**
   * A value per unit.
   *
   * @param pass the rows it is added up from
   */
  public record Column(UnitMeasure measure, Total total, boolean before, String pass) {
    private boolean sameAs(Column other) {
      return pass.equals(other.pass) && total.equals(other.total) && before == other.before;
    }

    /** Whether later rows can be added to it without looking at earlier ones. */
    public boolean isAdditive() {
      return measure.isAdditive() && total.function() != UnitMeasure.Function.COUNT_DISTINCT;
    }
  }

  /** True of units of a declared variant: what others did moves no limit. */
  String isMeasured() {
    return hasVariants
        ? spec.variants().keySet().stream()
            .map(SqlQuotes::literal)
            .collect(Collectors.joining(", ", "variant in (", ")"))
        : "variant is not null";
  }

  /**
   * A metric whose total is known before exposure, too.
   *
   * @param after index of its value after exposure
   * @param before of that in the {@linkplain Exposure#lookback() lookback}
   */
  public record Beforehand(String metric, int after, int before) {}

  /** Goals and guardrails that are counted, and whatever is counted and adjusted. */
  public List<Beforehand> beforehand() {
    return List.copyOf(beforehand);
  }

  public List<Measured> metrics() {
    return metrics;
  }

  /** Everything that is measured, quantiles too. */
  public List<UnitMeasure> measures() {
    return Stream.concat(
            columns.stream().map(Column::measure), quantiles.stream().map(QuantileScan::measure))
        .distinct()
        .toList();
  }

  /** What is asked besides sums. */
  public List<QuantileScan> quantiles() {
    return List.copyOf(quantiles);
  }

  public List<String> tables() {
    return List.copyOf(tables);
  }

  public int columns() {
    return columns.size();
  }

  public List<Column> parts() {
    return List.copyOf(columns);
  }

  public Optional<UnitMeasure.Time> exposedAt() {
    return exposedAt;
  }

  public Exposure exposure() {
    return exposure;
  }

  public int dimensions() {
    return spec.dimensions().size();
  }

  /** Positions of the dimensions whose levels are crossed to strata. */
  public List<Integer> strata() {
    return spec.analysis().stratify().stream().map(spec.dimensions()::indexOf).sorted().toList();
  }

  /**
   * Levels that are crossed, by their position among slices: strata of several dimensions, and
   * strata with the day of exposure, which is the level after all dimensions. Without variants
   * there is no effect to be followed by day.
   */
  public Map<Integer, List<Integer>> crossings() {
    Map<Integer, List<Integer>> crossings = new LinkedHashMap<>();
    List<Integer> strata = strata();
    if (strata.size() > 1) {
      crossings.put(Sums.CROSSED, strata);
    }
    if (!strata.isEmpty() && exposedAt.isPresent() && hasVariants) {
      List<Integer> byDay = new ArrayList<>(strata);
      byDay.add(dimensions());
      crossings.put(Sums.CROSSED_BY_DAY, List.copyOf(byDay));
    }
    return crossings;
  }

  /** The covariates that all metrics have, by name: what each was before exposure. */
  public List<Measured> covariates() {
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
  public void covary(Function<String, UnitMetric> perUnit) {
    Covariates.of(spec, exposedAt, perUnit)
        .forEach(
            (name, part) -> {
              tables.addAll(part.tables());
              covariates.put(name, column(part, part.totals().getFirst(), true));
            });
  }

  /** Adds a metric, by its parts, that any number of units says something of. */
  public void add(String metric, UnitMetric parts) {
    add(metric, parts, 0);
  }

  /** Adds a metric, by its parts. */
  public void add(String metric, UnitMetric measured, long fewestUnits) {
    List<UnitMeasure> parts = measured.parts();
    parts.forEach(part -> tables.addAll(part.tables()));
    if (exposedAt.isEmpty() && parts.stream().anyMatch(UnitMeasure::needsExposure)) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_COLUMN,
          "Cannot measure '%s': it counts from exposure, and '%s' has no time."
              .formatted(metric, spec.assignments()),
          "Name the column with 'exposed-at', or 'time' in the table.");
    }
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
    boolean wanted = adjusted || (exposure.looksBack() && spec.metrics().judged().contains(metric));
    // Of what counts within a window after exposure, as long a time before is not looked at.
    boolean windowed = parts.stream().anyMatch(UnitMeasure::needsExposure);
    if (wanted && timed && !windowed && isCounted(parts)) {
      Total counted = parts.getFirst().totals().getFirst();
      beforehand.add(
          new Beforehand(metric, after.getFirst(), column(parts.getFirst(), counted, true)));
    }
    int others = others(metric, measured, after.size(), all);
    MetricShape shape = shape(measured, after.size(), others + (adjusted ? 1 : 0));
    metrics.add(new Measured(metric, shape, all, adjusted, fewestUnits));
  }

  /** Whether a metric is of things that come once or several times to a unit. */
  private static boolean isCounted(List<UnitMeasure> parts) {
    return parts.size() == 1
        && parts.getFirst().totals().size() == 1
        && parts.getFirst().totals().getFirst().function() != UnitMeasure.Function.SUM;
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

  public static String value(int column) {
    return "v" + column;
  }

  /** Columns whose mean might hang on one unit. */
  public List<Integer> means() {
    return metrics.stream()
        .filter(metric -> metric.shape() instanceof MetricShape.Mean)
        .map(metric -> metric.columns().getFirst())
        .distinct()
        .toList();
  }

  /** The pairs of columns whose products are summed, by name of the result's column. */
  public Map<String, List<Integer>> pairs() {
    Map<String, List<Integer>> pairs = new LinkedHashMap<>();
    for (Measured metric : metrics) {
      for (int a : metric.columns()) {
        for (int b : metric.columns()) {
          if (b <= a && b != ONE) {
            pairs.put("p" + a + "_" + b, List.of(a, b));
          }
        }
      }
    }
    return pairs;
  }

  /** Columns of which the units are counted that have a value in one of them, by name. */
  public Map<String, List<Integer>> informative() {
    Map<String, List<Integer>> informative = new LinkedHashMap<>();
    for (Measured metric : metrics) {
      metric.informative().ifPresent(name -> informative.put(name, metric.own()));
    }
    return informative;
  }

  public static String dimension(int index) {
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
  public boolean isFloating(int column) {
    return !totalTypes.isEmpty() && !ExactSum.isExact(totalTypes.get(column));
  }

  /** The type in which a column's total is kept. */
  public Type keptType(int column) {
    return ExactSum.kept(totalTypes.get(column));
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

  private Optional<UnitMeasure.Time> time(UnitMeasure measure) {
    return exposedAt.isPresent() ? measure.time() : Optional.empty();
  }

  /** The statements that say what each unit adds up to. */
  public TotalsSql totals() {
    return new TotalsSql(this);
  }

  /** The values of each unit, limited as metrics say. */
  public String values() {
    return values(List.of("*"));
  }

  /** Some columns of them. */
  public String values(List<String> items) {
    SumSql sums = new SumSql(this);
    return Steps.with(Steps.concat(totals().steps(), sums.steps()))
        + Steps.select(items)
        + "\nfrom "
        + sums.from();
  }

  /**
   * The whole statement.
   *
   * @param types of the values, which decide how exactly they can be added
   */
  public String sums(List<Type> types) {
    SumSql sums = new SumSql(this);
    return Steps.with(Steps.concat(totals().steps(), sums.steps())) + sums.select(types);
  }

  /**
   * Numbers and sums of totals that are there, in a relation {@link #TOTALS}.
   *
   * @param types as for {@link #sums}
   */
  public String sumsOfTotals(List<Type> types) {
    SumSql sums = new SumSql(this);
    return Steps.with(sums.steps()) + sums.select(types);
  }
}
