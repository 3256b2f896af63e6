package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.data.metrics.UnitMetric;
import dev.headrace.decisions.experiments.analysis.QuantileMoments;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.schema.Schema;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The statement that delivers a quantile per variant, and per variant and level of each dimension,
 * with what its interval is made of: two order statistics around it, and of each unit how many of
 * its rows lie at or below it. Exact, whatever the order of rows; it sorts the different values of
 * a table, so it is the most expensive kind of metric, and nothing of it is kept.
 */
public final class QuantileScan {
  private static final String SEEN = "experiment__seen";
  private static final String LEVELS = "experiment__levels";
  private static final String CUT = "experiment__cut";

  private final String metric;
  private final UnitMetric.Quantile quantile;
  private final Exposure exposure;
  private final Optional<UnitMeasure.Time> exposedAt;
  private final int dimensions;
  private List<LocalDate> until = List.of();

  QuantileScan(
      String metric,
      UnitMetric.Quantile quantile,
      Exposure exposure,
      Optional<UnitMeasure.Time> exposedAt,
      int dimensions) {
    this.metric = metric;
    this.quantile = quantile;
    this.exposure = exposure;
    this.exposedAt = exposedAt;
    this.dimensions = dimensions;
  }

  UnitMeasure measure() {
    return quantile.rows();
  }

  String metric() {
    return metric;
  }

  /** Asks for the quantile of all units exposed until each of these days, too. */
  void askUntil(List<LocalDate> days) {
    until = List.copyOf(days);
  }

  public double level() {
    return quantile.level();
  }

  /** All that a report rests on, as one text. */
  public static String together(String sums, List<QuantileScan> quantiles) {
    StringBuilder all = new StringBuilder(sums);
    quantiles.forEach(
        scan -> all.append(";\n\n-- ").append(scan.metric).append('\n').append(scan.sql()));
    return all.toString();
  }

  /** The values of all units; of units without any, one row without value. */
  public String values() {
    return "with "
        + Steps.step(UnitMeasure.UNITS, exposure.units())
        + ",\n"
        + Steps.step(SEEN, seen())
        + "\nselect units.unit, seen.x\nfrom "
        + UnitMeasure.UNITS
        + " as units\nleft join "
        + SEEN
        + " as seen on seen.unit = units.unit\norder by units.unit, seen.x";
  }

  String sql() {
    String whole = dimensions == 0 && until.isEmpty() ? SEEN : LEVELS;
    List<String> steps = new ArrayList<>();
    steps.add(Steps.step(UnitMeasure.UNITS, exposure.units()));
    steps.add(Steps.step(SEEN, seen()));
    if (!whole.equals(SEEN)) {
      steps.add(Steps.step(LEVELS, levels()));
    }
    steps.add(
        Steps.step(
            "experiment__counted",
            "select variant, slice, slice_level, x, count(*) as n\nfrom "
                + whole
                + "\ngroup by variant, slice, slice_level, x"));
    String each = "partition by variant, slice, slice_level";
    steps.add(
        Steps.step(
            "experiment__ranked",
            Steps.select(
                    List.of(
                        "variant",
                        "slice",
                        "slice_level",
                        "x",
                        "cast(sum(n) over (" + each + " order by x) as double) as up_to",
                        "cast(sum(n) over (" + each + ") as double) as of_all"))
                + "\nfrom experiment__counted"));
    steps.add(Steps.step(CUT, cut()));
    steps.add(Steps.step("experiment__shares", shares(whole)));
    return "with "
        + String.join(",\n", steps)
        + "\n"
        + Steps.select(
            List.of(
                "cut.variant",
                "cut.slice",
                "cut.slice_level",
                "cut.estimate",
                "cut.lower",
                "cut.upper",
                "count(*) as units",
                "sum(shares.below) as s0",
                "sum(shares.n) as s1",
                "sum(shares.below * shares.below) as p0_0",
                "sum(shares.n * shares.below) as p1_0",
                "sum(shares.n * shares.n) as p1_1"))
        + "\nfrom experiment__shares as shares\njoin "
        + CUT
        + " as cut on "
        + same("cut", "shares")
        + "\ngroup by cut.variant, cut.slice, cut.slice_level, cut.estimate, cut.lower, cut.upper"
        + "\norder by cut.slice, cut.slice_level, cut.variant";
  }

  /** Values of units that are measured, after their exposure. */
  private String seen() {
    UnitMeasure rows = quantile.rows();
    Total counted = rows.totals().getFirst();
    List<String> conditions = new ArrayList<>();
    conditions.add("units.variant is not null");
    conditions.add("(" + counted.argument() + ") is not null");
    counted.filter().ifPresent(filter -> conditions.add("(" + filter + "\n)"));
    Optional<UnitMeasure.Time> time = exposedAt.isPresent() ? rows.time() : Optional.empty();
    List<String> items =
        new ArrayList<>(
            List.of(
                "units.variant",
                "units.unit",
                "cast(" + quantile.value() + " as double) as x",
                "-1 as slice",
                "'' as slice_level"));
    if (!until.isEmpty()) {
      items.add("units.exposed_at");
    }
    for (int i = 0; i < dimensions; i++) {
      items.add("units." + UnitScan.dimension(i));
    }
    String all = String.join("\n  and ", conditions);
    return Steps.select(items)
        + "\n"
        + rows.source()
        + "\njoin "
        + UnitMeasure.UNITS
        + " as units on units.unit = "
        + rows.unit()
        + time.map(at -> exposure.whereAfter(at) + "\n  and " + all).orElse("\nwhere " + all);
  }

  private String levels() {
    List<String> selects = new ArrayList<>();
    selects.add("select variant, unit, x, slice, slice_level from " + SEEN);
    for (int i = 0; i < dimensions; i++) {
      selects.add(
          "select variant, unit, x, %d as slice, %s as slice_level from %s"
              .formatted(i, UnitScan.dimension(i), SEEN));
    }
    for (LocalDate day : until) {
      selects.add(
          "select variant, unit, x, %d as slice, '%s' as slice_level from %s\nwhere exposed_at < %s"
              .formatted(Sums.untilDay(dimensions), day, SEEN, exposure.literal(day.plusDays(1))));
    }
    return String.join("\nunion all\n", selects);
  }

  /** The first value whose rank reaches that of the quantile, and of the bracket's ends. */
  private String cut() {
    BigDecimal share = BigDecimal.valueOf(quantile.level());
    String level = "cast(" + share.toPlainString() + " as double)";
    String bracket =
        "%s * sqrt(%s * (1 - %2$s) / of_all)"
            .formatted("cast(" + QuantileMoments.Z95 + " as double)", level);
    return Steps.select(
            List.of(
                "variant",
                "slice",
                "slice_level",
                // In whole numbers: 0.55 times 100 is more than 55.
                // What is no number lies above all others, where it would have a rank.
                "case when isnan(max(x)) then max(x) else min(case when up_to * %s >= %s * of_all then x end) end as estimate"
                    .formatted(
                        BigDecimal.ONE.movePointRight(share.scale()).toPlainString(),
                        share.unscaledValue()),
                "min(case when up_to >= (%s - %s) * of_all then x end) as lower"
                    .formatted(level, bracket),
                "min(case when up_to >= least(1, %s + %s) * of_all then x end) as upper"
                    .formatted(level, bracket)))
        + "\nfrom experiment__ranked\ngroup by variant, slice, slice_level";
  }

  /** Of each unit its values, and those at or below the quantile. */
  private static String shares(String whole) {
    return Steps.select(
            List.of(
                "seen.variant",
                "seen.slice",
                "seen.slice_level",
                "seen.unit",
                "cast(sum(case when seen.x <= cut.estimate then 1 else 0 end) as decimal(18,0))"
                    + " as below",
                "cast(count(*) as decimal(18,0)) as n"))
        + "\nfrom "
        + whole
        + " as seen\njoin "
        + CUT
        + " as cut on "
        + same("cut", "seen")
        + "\ngroup by seen.variant, seen.slice, seen.slice_level, seen.unit";
  }

  private static String same(String one, String other) {
    return "%1$s.variant = %2$s.variant and %1$s.slice = %2$s.slice and %1$s.slice_level = %2$s.slice_level"
        .formatted(one, other);
  }

  /** Sums with what the rows of {@link #sql} tell. Where a value is no number, nothing is told. */
  Sums addTo(Sums sums, Rows rows) {
    Schema schema = rows.schema();
    Map<String, Sums.Arm> arms = new TreeMap<>(sums.arms());
    Map<Integer, Map<String, Map<String, Sums.Arm>>> slices = new TreeMap<>();
    sums.slices()
        .forEach(
            (slice, levels) -> {
              Map<String, Map<String, Sums.Arm>> copies = new TreeMap<>();
              levels.forEach((level, of) -> copies.put(level, new TreeMap<>(of)));
              slices.put(slice, copies);
            });
    for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        Object value = row.get(i);
        if (value != null) {
          values.put(schema.fields().get(i).name(), value);
        }
      }
      Optional<QuantileMoments> found = moments(values);
      int slice = ((Number) values.getOrDefault("slice", -1)).intValue();
      String level = String.valueOf(values.get("slice_level"));
      boolean untilDay = slice == Sums.untilDay(dimensions);
      Map<String, Sums.Arm> place =
          slice < 0
              ? arms
              : untilDay
                  ? slices
                      .computeIfAbsent(slice, _ -> new TreeMap<>())
                      .computeIfAbsent(level, _ -> new TreeMap<>())
                  : slices.getOrDefault(slice, Map.of()).getOrDefault(level, Map.of());
      Sums.Arm known = place.get(String.valueOf(values.get("variant")));
      Sums.Arm arm = untilDay && known == null ? Sums.Arm.empty() : known;
      if (arm != null && found.isPresent()) {
        place.put(String.valueOf(values.get("variant")), arm.with(metric, found.get()));
      }
    }
    return new Sums(arms, sums.inSeveral(), sums.newestExposure(), slices);
  }

  private Optional<QuantileMoments> moments(Map<String, Object> row) {
    Map<String, BigDecimal> sums = new TreeMap<>();
    row.forEach(
        (name, value) -> {
          if (name.matches("[sp]\\d.*")) {
            sums.put(name, new BigDecimal(value.toString()));
          }
        });
    long units = ((Number) row.getOrDefault("units", 0)).longValue();
    double estimate = number(row, "estimate");
    double lower = number(row, "lower");
    double upper = number(row, "upper");
    if (!Double.isFinite(estimate) || !Double.isFinite(lower) || !Double.isFinite(upper)) {
      return Optional.empty();
    }
    long count = sums.getOrDefault("s1", BigDecimal.ZERO).longValueExact();
    return Optional.of(
        new QuantileMoments(
            count,
            quantile.level(),
            estimate,
            lower,
            upper,
            count,
            new Sums.Arm(units, sums, Set.of()).moments(List.of(0, 1))));
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
