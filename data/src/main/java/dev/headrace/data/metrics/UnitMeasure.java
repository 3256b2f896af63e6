package dev.headrace.data.metrics;

import dev.headrace.spi.schema.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A metric as it is measured of units, such as users: what the rows of one table add up to per
 * unit. Part of a statement; whoever puts it together limits rows by time.
 *
 * @param table that is measured
 * @param source FROM with the joins the metric needs
 * @param tables all that these name
 * @param unit the column that says whose a row is
 * @param time when a row took place; empty where that is not known
 * @param totals what is added up per unit: one for means and shares, numerator and denominator for
 *     ratios
 * @param steps where {@code source} puts several tables' rows in order, those rows; else empty
 */
public record UnitMeasure(
    String metric,
    String table,
    String source,
    List<String> tables,
    String unit,
    Optional<Time> time,
    List<Total> totals,
    List<Rows> steps) {
  /** The units, with their exposure, as sources name them; whoever uses these provides it. */
  public static final String UNITS = "experiment__units";

  /** What totals that count from a unit's exposure call its time; whoever uses them provides it. */
  public static final String EXPOSED_AT = "units.exposed_at";

  public UnitMeasure {
    tables = List.copyOf(tables);
    totals = List.copyOf(totals);
    steps = List.copyOf(steps);
  }

  /** Of rows whose order does not matter. */
  public UnitMeasure(
      String metric,
      String table,
      String source,
      List<String> tables,
      String unit,
      Optional<Time> time,
      List<Total> totals) {
    this(metric, table, source, tables, unit, time, totals, List.of());
  }

  /**
   * Rows of one table that are about units.
   *
   * @param source FROM with joins
   * @param tables all that these name
   * @param unit the column that says whose a row is
   */
  public record Rows(
      String table, String source, List<String> tables, String unit, Optional<Time> time) {}

  /** Every row that says something of a unit. */
  public List<Rows> rows() {
    return steps.isEmpty() ? List.of(new Rows(table, source, tables, unit, time)) : steps;
  }

  /** Whether later rows can be added to its totals without looking at earlier ones. */
  public boolean isAdditive() {
    return steps.isEmpty()
        && totals.stream().noneMatch(total -> total.function() == Function.COUNT_DISTINCT);
  }

  /** Whether it counts from a unit's exposure, so that there is nothing like it before. */
  public boolean countsFromExposure() {
    return totals.stream().anyMatch(total -> total.argument().contains(EXPOSED_AT));
  }

  /** Whether it cannot be told without the time of exposure. */
  public boolean needsExposure() {
    return countsFromExposure()
        || totals.stream().anyMatch(total -> total.filter().toString().contains(EXPOSED_AT));
  }

  /** A time as an expression with its type. */
  public record Time(String sql, Type type) {
    /**
     * A unit's exposure as this time is compared with it. A date has no hour, so that all of the
     * exposure's own day comes after it: what came before is not told apart, and no row of that day
     * may pass for one from before.
     */
    public String exposure() {
      return asTold(EXPOSED_AT);
    }

    /** An earlier time as this one is compared with it: by its day, if this is a date. */
    String asTold(String earlier) {
      return type == Type.Primitive.DATE ? "cast(" + earlier + " as date)" : earlier;
    }
  }

  /**
   * One thing that is added up per unit.
   *
   * @param function what puts rows together
   * @param argument of it; a condition for {@link Function#ANY}
   * @param filter rows for which it is true count
   * @param limits that totals beyond are moved to
   */
  public record Total(
      Function function, String argument, Optional<String> filter, Optional<Limits> limits) {
    /**
     * The aggregate over the rows for which {@code condition} is true; 0 for units without any.
     *
     * @param condition empty for all rows
     */
    public String sql(String condition) {
      List<String> all =
          filter
              .map(own -> condition.isEmpty() ? List.of(own) : List.of(own, condition))
              .orElse(condition.isEmpty() ? List.of() : List.of(condition));
      String clause = where(all);
      return switch (function) {
        case COUNT -> "count(" + argument + ")" + clause;
        case COUNT_DISTINCT -> "count(distinct " + argument + ")" + clause;
        case SUM -> "coalesce(sum(" + argument + ")" + clause + ", 0)";
        // An engine adds up a count that several totals are made of once.
        case ANY -> "case when count(*)" + where(and(all, argument)) + " > 0 then 1 else 0 end";
      };
    }

    private static List<String> and(List<String> conditions, String one) {
      List<String> all = new ArrayList<>(conditions);
      all.add(one);
      return all;
    }

    private static String where(List<String> all) {
      return all.isEmpty()
          ? ""
          : " filter (where "
              + SqlText.where(all).substring("\nwhere ".length()).replace("\n  and ", " and ")
              + ")";
    }
  }

  /** How rows are put together. */
  public enum Function {
    COUNT,
    COUNT_DISTINCT,
    SUM,
    /** 1 if the condition is true of any row, else 0. */
    ANY
  }

  /** Limits of a unit's total. */
  public record Limits(
      Optional<BigDecimal> min, Optional<BigDecimal> max, Optional<Double> quantile) {}
}
