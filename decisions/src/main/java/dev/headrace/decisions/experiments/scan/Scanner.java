package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.Metrics;
import dev.headrace.spi.engine.Query;
import dev.headrace.spi.engine.Relation;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.SqlEngine;
import dev.headrace.spi.engine.Watch;
import dev.headrace.spi.schema.Field;
import dev.headrace.spi.schema.Schema;
import dev.headrace.spi.schema.Type;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Has the statements of a scan executed. */
public final class Scanner {
  /** Few enough to be paid for, many enough to see an effect settle. */
  private static final int STRETCHES = 6;

  private final Metrics metrics;
  private final Supplier<? extends SqlEngine> engine;
  private final ZoneId zone;

  /**
   * @param zone in which days begin
   */
  public Scanner(Metrics metrics, Supplier<? extends SqlEngine> engine, ZoneId zone) {
    this.metrics = metrics;
    this.engine = engine;
    this.zone = zone;
  }

  public SqlEngine engine() {
    return engine.get();
  }

  public ZoneId zone() {
    return zone;
  }

  /**
   * Lets a scan know what its totals are.
   *
   * @return types of the values, for {@link UnitScan#sums}
   */
  public List<Type> learn(UnitScan scan) {
    scan.learn(types(scan, schema(scan, scan.totals().sql())));
    return types(scan, schema(scan, scan.values()));
  }

  public Schema schema(UnitScan scan, String sql) {
    return engine.get().describe(metrics.over(sql, scan.tables()));
  }

  private static List<Type> types(UnitScan scan, Schema schema) {
    List<Type> types = new ArrayList<>();
    for (int i = 0; i < scan.columns(); i++) {
      types.add(schema.field(UnitScan.value(i)).map(Field::type).orElse(Type.Primitive.DOUBLE));
    }
    return types;
  }

  /** The sums of the whole statement. */
  public Sums sums(UnitScan scan, String sql, Watch watch) {
    return sums(scan, metrics.over(sql, scan.tables()), watch);
  }

  /** Sums with the quantiles that were asked for: one statement for each. */
  public Sums withQuantiles(UnitScan scan, Sums sums, Watch watch) {
    Sums all = sums;
    for (QuantileScan quantile : scan.quantiles()) {
      try (Rows rows = rows(scan, quantile.sql(), watch)) {
        all = quantile.addTo(all, rows);
      }
    }
    return all;
  }

  /**
   * Asks for the quantiles of some metrics over time: at the ends of stretches of days of the same
   * length, but for the last, which is all. Each of them sorts its part of the values once more.
   */
  public static void askCourse(UnitScan scan, Sums sums, Collection<String> metrics) {
    List<LocalDate> days = stretches(scan, sums);
    scan.quantiles().stream()
        .filter(quantile -> metrics.contains(quantile.metric()))
        .forEach(quantile -> quantile.askUntil(days));
  }

  private static List<LocalDate> stretches(UnitScan scan, Sums sums) {
    List<LocalDate> days =
        sums.slices().getOrDefault(scan.dimensions(), Map.of()).keySet().stream()
            .map(day -> LocalDate.parse(day.substring(0, 10)))
            .sorted()
            .toList();
    if (scan.exposedAt().isEmpty() || days.size() < 2) {
      return List.of();
    }
    long length = days.getLast().toEpochDay() - days.getFirst().toEpochDay() + 1;
    long stretches = Math.min(STRETCHES, length);
    return LongStream.range(1, stretches)
        .mapToObj(i -> days.getFirst().plusDays(length * i / stretches - 1))
        .distinct()
        .toList();
  }

  /** The rows of a statement over the scan's tables. */
  public Rows rows(UnitScan scan, String sql, Watch watch) {
    return engine.get().execute(metrics.over(sql, scan.tables()), watch);
  }

  /** The sums of a scan by another statement with the same columns. */
  public Sums sums(UnitScan scan, Query query, Watch watch) {
    try (Rows rows = engine.get().execute(query, watch)) {
      return Sums.of(scan, rows, zone);
    }
  }

  /**
   * Rows of the assignments that are in no sum.
   *
   * @param all rows there are
   * @param leftOut of them, those without a unit, a variant or a time
   * @param before of them, those that lie before the period
   */
  public record LeftOut(long all, long leftOut, long before) {}

  /** How many rows of the assignments say nothing. */
  public LeftOut leftOut(UnitScan scan, Watch watch) {
    List<Long> counts = counts(scan, scan.exposure().leftOut(), watch);
    return new LeftOut(counts.get(0), counts.get(0) - counts.get(1), counts.get(2));
  }

  /**
   * Units that take part and had met a variant before the period.
   *
   * @param units that take part
   */
  public record MetBefore(long units, long metBefore) {}

  /**
   * How many units met a variant before the period.
   *
   * @param leftOut says whether there are rows before it
   */
  public MetBefore metBefore(UnitScan scan, LeftOut leftOut, Watch watch) {
    if (leftOut.before() == 0) {
      return new MetBefore(0, 0);
    }
    List<Long> counts = counts(scan, scan.exposure().metBefore(), watch);
    return new MetBefore(counts.get(0), counts.get(1));
  }

  private List<Long> counts(UnitScan scan, String sql, Watch watch) {
    try (Rows rows = rows(scan, sql, watch)) {
      return Objects.requireNonNull(rows.next()).stream()
          .map(count -> ((Number) Objects.requireNonNull(count)).longValue())
          .toList();
    }
  }

  /** How many rows a table has; 0 where it is a view. */
  public long rows(UnitScan scan, String table) {
    return metrics.over("", scan.tables()).relations().entrySet().stream()
                .filter(relation -> relation.getKey().equalsIgnoreCase(table))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow()
            instanceof Relation.Files files
        ? files.rows()
        : 0;
  }

  /** A statement over the scan's tables as they are shown, and over other relations. */
  public Query over(
      UnitScan scan,
      String sql,
      Map<String, ? extends Relation> others,
      Map<String, Object> parameters) {
    Map<String, Relation> relations = new HashMap<>(metrics.over(sql, scan.tables()).relations());
    relations.putAll(others);
    return new Query(sql, relations, parameters);
  }
}
