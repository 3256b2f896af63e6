package dev.headrace.decisions.experiments.scan;

import dev.headrace.data.metrics.UnitMeasure;
import dev.headrace.data.sql.SqlQuotes;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.schema.Type;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who takes part, since when, and which rows lie in time: pure text. */
public final class Exposure {
  /** The level of units whose dimension is null. */
  static final String NO_LEVEL = "(none)";

  /** Who converts and is told to have been exposed a moment later, was exposed before. */
  private static final Duration WATCHED = Duration.ofDays(1);

  private final ExperimentSpec spec;
  private final Optional<UnitMeasure.Time> exposedAt;
  private final String variant;
  private final boolean watched;

  /**
   * @param variant expression over the assignments
   * @param watched whether the day before exposure is looked at where no covariate asks for more
   */
  Exposure(
      ExperimentSpec spec, Optional<UnitMeasure.Time> exposedAt, String variant, boolean watched) {
    this.spec = spec;
    this.exposedAt = exposedAt;
    this.variant = variant;
    this.watched = watched;
  }

  /** One row per unit: its variant, null where it met several; first exposure and its levels. */
  public String units() {
    return units("");
  }

  /** The same of units in {@link UnitScan#CHANGED}. */
  public String unitsOfChanged() {
    return units(
        SqlQuotes.identifier(spec.unit()) + " in (select unit from " + UnitScan.CHANGED + ")");
  }

  /** The same of one of {@code parts} parts. */
  public String unitsOf(int part, int parts) {
    return units(isOf(SqlQuotes.identifier(spec.unit()), part, parts));
  }

  /** True of the units of one part; every engine has a hash of its own, and any will do. */
  public static String isOf(String unit, int part, int parts) {
    return "abs(hash(%s) %% %d) = %d".formatted(unit, parts, part);
  }

  private String units(String only) {
    String table = SqlQuotes.identifier(spec.assignments());
    String unit = SqlQuotes.identifier(spec.unit());
    List<String> conditions =
        new ArrayList<>(List.of(unit + " is not null", variant + " is not null"));
    String at = exposedAt.map(UnitMeasure.Time::sql).orElse("");
    if (exposedAt.isPresent()) {
      conditions.add(at + " is not null");
      conditions.addAll(inPeriod());
    }
    if (!only.isEmpty()) {
      conditions.add(only);
    }
    String where = "\nfrom " + table + "\nwhere " + String.join("\n  and ", conditions);
    boolean firstSeen = exposedAt.isPresent() && spec.dimensions().size() > 0;
    List<String> items = new ArrayList<>();
    items.add(unit + " as unit");
    if (firstSeen) {
      // Levels are those of the first exposure; of several rows at that moment, the lowest.
      items.add(at + " as seen_at");
      items.add("min(" + variant + ") as lowest");
      items.add("max(" + variant + ") as highest");
      levels().forEach(items::add);
      String seen = Steps.select(items) + where + "\ngroup by " + unit + ", " + at;
      List<String> outer =
          new ArrayList<>(
              List.of(
                  "unit",
                  "case when min(lowest) = max(highest) then min(lowest) end as variant",
                  "min(seen_at) as exposed_at"));
      for (int i = 0; i < spec.dimensions().size(); i++) {
        outer.add("min_by(" + UnitScan.dimension(i) + ", seen_at) as " + UnitScan.dimension(i));
      }
      return Steps.select(outer)
          + "\nfrom (\n  "
          + seen.replace("\n", "\n  ")
          + "\n) as seen\ngroup by unit";
    }
    items.add("case when min(%1$s) = max(%1$s) then min(%1$s) end as variant".formatted(variant));
    if (exposedAt.isPresent()) {
      items.add("min(" + at + ") as exposed_at");
    }
    levels().forEach(items::add);
    return Steps.select(items) + where + "\ngroup by " + unit;
  }

  /** True of exposures within the period; nothing where there is none. */
  private List<String> inPeriod() {
    ExperimentSpec.Period period = spec.period();
    if (period == null || exposedAt.isEmpty()) {
      return List.of();
    }
    String at = exposedAt.get().sql();
    List<String> conditions = new ArrayList<>(List.of(at + " >= " + literal(period.start())));
    if (period.end() != null) {
      conditions.add(at + " < " + literal(period.end().plusDays(1)));
    }
    return conditions;
  }

  private List<String> levels() {
    List<String> levels = new ArrayList<>();
    for (int i = 0; i < spec.dimensions().size(); i++) {
      levels.add(
          "min(coalesce(cast(%s as string), '%s')) as %s"
              .formatted(
                  SqlQuotes.identifier(spec.dimensions().get(i)), NO_LEVEL, UnitScan.dimension(i)));
    }
    return levels;
  }

  /** The beginning of a day, as the time of exposure is written. */
  String literal(LocalDate day) {
    boolean date = exposedAt.isPresent() && exposedAt.get().type() == Type.Primitive.DATE;
    return date ? "date '" + day + "'" : timestamp(day);
  }

  /** Rows that count: after exposure or in the lookback before it, and within the period. */
  String where(UnitMeasure.Time time) {
    String exposure = time.exposure();
    return within(time.sql(), lookback().map(back -> before(exposure, back)).orElse(exposure));
  }

  /** Rows after exposure and within the period. */
  String whereAfter(UnitMeasure.Time time) {
    return within(time.sql(), time.exposure());
  }

  /** Whether rows before exposure count for some metrics. */
  boolean looksBack() {
    return lookback().isPresent();
  }

  /** How long before a unit's exposure rows count for some metrics; empty where none do. */
  public Optional<Duration> lookback() {
    return Optional.ofNullable(spec.analysis().cuped())
        .map(ExperimentSpec.Cuped::lookback)
        .or(() -> watched ? Optional.of(WATCHED) : Optional.empty());
  }

  /**
   * A day before which no row counts, so that older files need not be read: no unit is exposed
   * before the period, and one day more is enough for any time zone.
   */
  private Optional<LocalDate> firstDay() {
    return Optional.ofNullable(spec.period()).map(period -> firstDay(period.start()));
  }

  private LocalDate firstDay(LocalDate exposed) {
    long days = 1 + lookback().map(back -> back.plusDays(1).minusNanos(1).toDays()).orElse(0L);
    return exposed.minusDays(days);
  }

  /** A condition that is true of all rows of units that were exposed on that day or later. */
  public String notLongBefore(String time, LocalDate exposed) {
    return time + " >= " + timestamp(firstDay(exposed));
  }

  /** When the first of the units in {@link UnitScan#CHANGED} was exposed. */
  public String firstOfChanged() {
    return "select min(exposed_at) from (\n  "
        + unitsOfChanged().replace("\n", "\n  ")
        + "\n) as units";
  }

  /**
   * How many rows there are, how many of them say something (a unit, a variant and a time), and how
   * many lie before the period.
   */
  public String leftOut() {
    return "select count(*), count(case when %s then 1 end), count(case when %s then 1 end) from %s"
        .formatted(
            saysSomething(),
            beforePeriod().orElse("false"),
            SqlQuotes.identifier(spec.assignments()));
  }

  private String saysSomething() {
    List<String> present =
        new ArrayList<>(
            List.of(SqlQuotes.identifier(spec.unit()) + " is not null", variant + " is not null"));
    exposedAt.ifPresent(at -> present.add(at.sql() + " is not null"));
    return String.join(" and ", present);
  }

  private Optional<String> beforePeriod() {
    return Optional.ofNullable(spec.period())
        .flatMap(period -> exposedAt.map(at -> at.sql() + " < " + literal(period.start())));
  }

  /** How many units take part, and how many of them met a variant before the period. */
  public String metBefore() {
    return ("select count(*), count(case when met_before > 0 then 1 end) from (\n"
            + "  select count(case when %s then 1 end) as met_before, count(case when %s then 1 end)"
            + " as met\n  from %s\n  where %s\n  group by %s\n) as units\nwhere met > 0")
        .formatted(
            beforePeriod().orElse("false"),
            String.join(" and ", inPeriod()),
            SqlQuotes.identifier(spec.assignments()),
            saysSomething(),
            SqlQuotes.identifier(spec.unit()));
  }

  /** About how many units there are. */
  public String numberOfUnits() {
    return "select approx_count_distinct(%s) from %s"
        .formatted(SqlQuotes.identifier(spec.unit()), SqlQuotes.identifier(spec.assignments()));
  }

  private static String timestamp(LocalDate day) {
    return "timestamp '" + day + " 00:00:00'";
  }

  private static String before(String exposure, Duration lookback) {
    return exposure + " - interval '" + lookback.toSeconds() + "' second";
  }

  private String within(String time, String from) {
    return "\nwhere " + time + " >= " + from + bounds(time);
  }

  /** What holds of every row that counts, whosever it is: a condition that begins with "and". */
  public String bounds(String time) {
    ExperimentSpec.Period period = spec.period();
    return firstDay().map(first -> "\n  and " + time + " >= " + timestamp(first)).orElse("")
        + (period == null || period.end() == null
            ? ""
            : "\n  and " + time + " < " + timestamp(period.end().plusDays(1)));
  }
}
