package dev.headrace.decisions.experiments.planning;

import dev.headrace.core.project.Names;
import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.data.metrics.Metrics;
import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.judging.StratifiedArms;
import dev.headrace.decisions.experiments.proof.History;
import dev.headrace.decisions.experiments.proof.Observations;
import dev.headrace.decisions.experiments.proof.Population;
import dev.headrace.decisions.experiments.scan.AddingUp;
import dev.headrace.decisions.experiments.scan.QuantileScan;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Cuped;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Period;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.error.HeadraceException;
import dev.headrace.spi.schema.Schema;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What metrics have been of units: an experiment of the past in which nothing was changed. A unit
 * takes part from its first row in the population within a window, exactly as if that had been its
 * exposure, and is measured by the statement that analyses use.
 */
public final class PastUnits {
  private static final String ALL = "all";

  private final Metrics metrics;
  private final Supplier<? extends SqlEngine> engine;
  private final ZoneId zone;
  private final String unit;
  private final String table;
  private final Optional<UnitMeasure.Time> time;

  /**
   * @param table a row per visit, or per unit
   * @throws HeadraceException EXPERIMENT_COLUMN if it does not say whose a row is
   */
  public PastUnits(
      Metrics metrics,
      Supplier<? extends SqlEngine> engine,
      ZoneId zone,
      String unit,
      String table) {
    this(metrics, engine, zone, unit, table, time(metrics, unit, table));
  }

  /**
   * @param time of a row; empty where it has none
   */
  public PastUnits(
      Metrics metrics,
      Supplier<? extends SqlEngine> engine,
      ZoneId zone,
      String unit,
      String table,
      Optional<UnitMeasure.Time> time) {
    this.metrics = metrics;
    this.engine = engine;
    this.zone = zone;
    this.unit = unit;
    this.table = table;
    this.time = time;
  }

  private static Optional<UnitMeasure.Time> time(Metrics metrics, String unit, String table) {
    Metrics.TableColumns columns = metrics.columns(table);
    if (columns.schema().field(unit).isEmpty()) {
      throw new HeadraceException(
          ExperimentError.EXPERIMENT_COLUMN,
          "Cannot look at the past of '%s': it has no column '%s'.".formatted(table, unit),
          Names.suggest(unit, columns.schema().names()));
    }
    return columns
        .time()
        .flatMap(columns.schema()::field)
        .map(field -> new UnitMeasure.Time(SqlQuotes.identifier(field.name()), field.type()));
  }

  /** Days, both included. */
  public record Window(LocalDate from, LocalDate to) {
    /** How many days there are. */
    public int days() {
      return Math.toIntExact(ChronoUnit.DAYS.between(from, to) + 1);
    }

    /** The last days of it, all of it where it has fewer. */
    Window last(int days) {
      LocalDate start = to.minusDays(days - 1L);
      return new Window(start.isBefore(from) ? from : start, to);
    }
  }

  /**
   * The days in which the population has rows; empty where it has no time.
   *
   * @param until days after it are not looked at
   */
  public Optional<Window> span(Optional<LocalDate> until, Watch watch) {
    if (time.isEmpty()) {
      return Optional.empty();
    }
    String sql =
        "select min(%1$s) as first_seen, max(%1$s) as last_seen\nfrom %2$s\nwhere %3$s is not null"
            .formatted(time.get().sql(), SqlQuotes.identifier(table), SqlQuotes.identifier(unit));
    try (Rows rows = engine.get().execute(metrics.over(sql, List.of(table)), watch)) {
      List<@Nullable Object> row = rows.next();
      Optional<LocalDate> first = row == null ? Optional.empty() : Sums.day(row.get(0), zone);
      Optional<LocalDate> last = row == null ? Optional.empty() : Sums.day(row.get(1), zone);
      if (first.isEmpty() || last.isEmpty()) {
        throw none("it has no row with a time");
      }
      LocalDate end = until.filter(day -> day.isBefore(last.get())).orElse(last.get());
      if (end.isBefore(first.get())) {
        throw none("its first row is of %s, after %s".formatted(first.get(), end));
      }
      return Optional.of(new Window(first.get(), end));
    }
  }

  private HeadraceException none(String reason) {
    return new HeadraceException(
        ExperimentError.EXPERIMENT_HISTORY,
        "Cannot look at the past of '%s': %s.".formatted(table, reason),
        "Name another table of units with --population, or a later day.");
  }

  /** Of some columns, those that the population does not have. */
  List<String> lacking(List<String> columns) {
    Schema schema = metrics.columns(table).schema();
    return columns.stream().filter(column -> schema.field(column).isEmpty()).toList();
  }

  /**
   * What the units of a window add up to.
   *
   * @param window empty for all rows of a population without time
   * @param strata columns of the population whose levels are told apart
   */
  Past sums(
      List<String> names,
      Optional<Window> window,
      @Nullable Cuped cuped,
      List<String> strata,
      Watch watch) {
    ExperimentSpec spec = spec(names, window, cuped, strata);
    UnitScan scan = scan(spec);
    Scanner scanner = new Scanner(metrics, engine, zone);
    String sql = scan.sums(scanner.learn(scan));
    Sums added = AddingUp.of(scan, () -> scanner.sums(scan, sql, watch));
    Sums sums = scanner.withQuantiles(scan, added, watch);
    Sums.Arm arm = sums.arms().get(ALL);
    if (arm == null) {
      throw none("no unit was seen" + window.map(w -> " from " + w.from()).orElse(""));
    }
    Map<String, Sums.Arm> levels = new TreeMap<>();
    StratifiedArms.levels(spec, sums)
        .forEach((level, arms) -> levels.put(level, arms.getOrDefault(ALL, Sums.Arm.empty())));
    return new Past(spec, scan, QuantileScan.together(sql, scan.quantiles()), arm, levels);
  }

  /**
   * One window: the units of it as one arm.
   *
   * @param strata the same by stratum; none where none were asked for
   */
  record Past(
      ExperimentSpec spec, UnitScan scan, String sql, Sums.Arm arm, Map<String, Sums.Arm> strata) {}

  /**
   * The values of single units.
   *
   * @param units in the window, of which the history has all or a random sample
   */
  record Drawn(History history, long units, String sql, List<String> tables) {}

  /**
   * Reads what each unit of a window did, in the order of units; of more than {@code atMost} keeps
   * a sample (J. Vitter's algorithm R, ACM TOMS 11, 1985), the same for the same seed.
   */
  Drawn draw(
      String metric,
      Optional<Window> window,
      @Nullable Cuped cuped,
      int atMost,
      long seed,
      Watch watch) {
    UnitScan scan = scan(List.of(metric), window, cuped);
    if (!scan.quantiles().isEmpty()) {
      return observations(metric, scan, window, atMost, seed, watch);
    }
    new Scanner(metrics, engine, zone).learn(scan);
    UnitScan.Measured measured = scan.metrics().getFirst();
    String sql = scan.values() + "\norder by unit";
    double[][] kept = new double[Math.min(atMost, 1 << 16)][];
    SplittableRandom random = new SplittableRandom(seed);
    long units = 0;
    try (Rows rows = engine.get().execute(metrics.over(sql, scan.tables()), watch)) {
      int[] places = new int[measured.columns().size()];
      for (int i = 0; i < places.length; i++) {
        places[i] = rows.schema().names().indexOf("v" + measured.columns().get(i));
      }
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        long place = units < atMost ? units : random.nextLong(units + 1);
        units++;
        if (place >= atMost) {
          continue;
        }
        if (place >= kept.length) {
          kept = Arrays.copyOf(kept, Math.min(atMost, 2 * kept.length));
        }
        kept[(int) place] = values(metric, row, places);
      }
    }
    if (units == 0) {
      throw none("no unit was seen" + window.map(w -> " from " + w.from()).orElse(""));
    }
    int count = (int) Math.min(units, atMost);
    double[] flat = new double[count * measured.columns().size()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(kept[i], 0, flat, i * kept[i].length, kept[i].length);
    }
    return new Drawn(new Population(measured.shape(), flat), units, sql, scan.tables());
  }

  /** Values of rows, unit by unit; units without a row have none. */
  private Drawn observations(
      String metric, UnitScan scan, Optional<Window> window, int atMost, long seed, Watch watch) {
    QuantileScan quantile = scan.quantiles().getFirst();
    double[][] kept = new double[Math.min(atMost, 1 << 16)][];
    SplittableRandom random = new SplittableRandom(seed);
    long units = 0;
    try (Rows rows = engine.get().execute(metrics.over(quantile.values(), scan.tables()), watch)) {
      List<@Nullable Object> row = rows.next();
      while (row != null) {
        Object unit = row.get(0);
        double[] values = new double[4];
        int count = 0;
        for (; row != null && Objects.equals(unit, row.get(0)); row = rows.next()) {
          if (row.get(1) instanceof Number value) {
            values = count == values.length ? Arrays.copyOf(values, 2 * count) : values;
            values[count++] = finite(metric, value.doubleValue());
          }
        }
        long place = units < atMost ? units : random.nextLong(units + 1);
        units++;
        if (place < atMost) {
          if (place >= kept.length) {
            kept = Arrays.copyOf(kept, Math.min(atMost, 2 * kept.length));
          }
          kept[(int) place] = Arrays.copyOf(values, count);
        }
      }
    }
    int count = (int) Math.min(units, atMost);
    int[] starts = new int[count + 1];
    for (int i = 0; i < count; i++) {
      starts[i + 1] = starts[i] + kept[i].length;
    }
    if (starts[count] == 0) {
      throw none("no value was seen" + window.map(w -> " from " + w.from()).orElse(""));
    }
    double[] flat = new double[starts[count]];
    for (int i = 0; i < count; i++) {
      System.arraycopy(kept[i], 0, flat, starts[i], kept[i].length);
    }
    return new Drawn(
        new Observations(quantile.level(), starts, flat), units, quantile.values(), scan.tables());
  }

  private double finite(String metric, double value) {
    if (!Double.isFinite(value)) {
      throw none("'%s' of a unit is %s".formatted(metric, value));
    }
    return value;
  }

  private double[] values(String metric, List<@Nullable Object> row, int[] places) {
    double[] values = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      Object value = places[i] < 0 ? Integer.valueOf(1) : row.get(places[i]); // UnitScan.ONE
      values[i] = finite(metric, value instanceof Number number ? number.doubleValue() : 0);
    }
    return values;
  }

  /** The scan over a window, for whoever wants the values of each unit. */
  UnitScan scan(List<String> names, Optional<Window> window, @Nullable Cuped cuped) {
    return scan(spec(names, window, cuped, List.of()));
  }

  private ExperimentSpec spec(
      List<String> names, Optional<Window> window, @Nullable Cuped cuped, List<String> strata) {
    return spec(
        unit,
        table,
        names,
        Map.of(ALL, new Percentage(BigDecimal.valueOf(100))),
        window.map(days -> new Period(days.from(), days.to())).orElse(null),
        cuped,
        strata);
  }

  private UnitScan scan(ExperimentSpec spec) {
    UnitScan scan = UnitScan.withoutVariants(spec, time);
    scan.covary(metric -> metrics.perUnit(metric, unit));
    spec.metrics().goal().forEach(name -> scan.add(name, metrics.perUnit(name, unit)));
    return scan;
  }

  /** An experiment that nobody declared, with arms of the same size. */
  public static ExperimentSpec design(String unit, List<String> names, int arms) {
    Map<String, Percentage> variants = new LinkedHashMap<>();
    variants.put("control", new Percentage(BigDecimal.ONE));
    for (int arm = 1; arm < arms; arm++) {
      variants.put(arms == 2 ? "treatment" : "treatment_" + arm, new Percentage(BigDecimal.ONE));
    }
    return spec(unit, "", names, variants, null, null, List.of());
  }

  private static ExperimentSpec spec(
      String unit,
      String table,
      List<String> names,
      Map<String, Percentage> variants,
      @Nullable Period period,
      @Nullable Cuped cuped,
      List<String> strata) {
    return new ExperimentSpec(
        unit,
        table,
        unit,
        null,
        variants,
        null,
        new ExperimentSpec.Roles(names, List.of(), List.of(), Map.of(), Map.of()),
        strata,
        period,
        new Judging(
            ExperimentSpec.Engine.FREQUENTIST,
            0.05,
            ExperimentSpec.Sequential.NONE,
            null,
            null,
            Scale.RELATIVE,
            Correction.HOLM,
            ExperimentSpec.Tails.T,
            RelativeInterval.FIELLER,
            List.of(),
            cuped,
            strata,
            null,
            Map.of()),
        null,
        null,
        null,
        List.of());
  }
}
