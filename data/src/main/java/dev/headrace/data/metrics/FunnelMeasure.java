package dev.headrace.data.metrics;

import dev.headrace.data.metrics.UnitMeasure.Function;
import dev.headrace.data.metrics.UnitMeasure.Rows;
import dev.headrace.data.metrics.UnitMeasure.Total;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a unit took the steps of a funnel after its exposure: in order, from the first time it
 * took the first. All exposed units are asked, not only those who took the first step, because the
 * treatment may move who does.
 */
final class FunnelMeasure {
  private final Metric metric;
  private final Measure.Funnel funnel;
  private final String unit;

  FunnelMeasure(Metric metric, Measure.Funnel funnel, String unit) {
    this.metric = metric;
    this.funnel = funnel;
    this.unit = unit;
  }

  /**
   * The rows of a step.
   *
   * @param filter rows for which it is true count
   */
  record StepRows(Rows rows, Optional<String> filter) {}

  /** Finds the rows of steps. */
  interface Finder {
    StepRows of(Metric metric, Measure.Step step, String unit);
  }

  /**
   * The measure of having come as far as a step.
   *
   * @throws HeadraceException METRIC_PER_UNIT if it follows other entities than units
   */
  UnitMeasure to(String lastStep, Finder finder) {
    if (!unit.equalsIgnoreCase(String.valueOf(metric.spec().entity()))) {
      throw UnitCompiler.notPerUnit(metric, "its entity is not the unit '" + unit + "'");
    }
    List<StepRows> steps = new ArrayList<>();
    for (Measure.Step step : funnel.steps()) {
      steps.add(finder.of(metric, step, unit));
      if (step.name().equals(lastStep)) {
        break;
      }
    }
    String name = metric.name() + "__" + lastStep;
    Set<String> tables = new LinkedHashSet<>();
    steps.forEach(step -> tables.addAll(step.rows().tables()));
    // Always true of a row that is there; says that the unit's exposure is where it counts from.
    Optional<UnitMeasure.Time> at =
        steps
            .getLast()
            .rows()
            .time()
            .map(time -> new UnitMeasure.Time(name + ".reached_at", time.type()));
    String reached =
        "%s.reached_at >= %s"
            .formatted(name, at.map(UnitMeasure.Time::exposure).orElse(UnitMeasure.EXPOSED_AT));
    return new UnitMeasure(
        metric.name(),
        steps.getLast().rows().table(),
        "from (\n" + SqlText.indented(statement(steps)) + "\n) as " + name,
        List.copyOf(tables),
        name + ".unit",
        at,
        List.of(new Total(Function.ANY, reached, Optional.empty(), Optional.empty())),
        steps.stream().map(StepRows::rows).toList());
  }

  /** When units reached the last of the steps. */
  private String statement(List<StepRows> steps) {
    List<String> selects = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      selects.add(i == 0 ? first(steps.getFirst()) : next(steps.get(i), i));
    }
    StringBuilder sql = new StringBuilder();
    for (int i = 0; i + 1 < selects.size(); i++) {
      sql.append(i == 0 ? "with " : ",\n").append(name(i)).append(" as (\n");
      sql.append(SqlText.indented(selects.get(i))).append("\n)");
    }
    return sql + (sql.isEmpty() ? "" : "\n") + selects.getLast();
  }

  private static String first(StepRows step) {
    UnitMeasure.Time at = step.rows().time().orElseThrow();
    String time = at.sql();
    return "select units.unit, units.exposed_at, min(%1$s) as began_at, min(%1$s) as reached_at\n"
            .formatted(time)
        + step.rows().source()
        + "\njoin %s as units on units.unit = %s".formatted(UnitMeasure.UNITS, step.rows().unit())
        + where(step, time + " >= " + at.exposure())
        + "\ngroup by units.unit, units.exposed_at";
  }

  private String next(StepRows step, int index) {
    UnitMeasure.Time at = step.rows().time().orElseThrow();
    String time = at.sql();
    return "select prior.unit, prior.exposed_at, prior.began_at, min(%s) as reached_at\n"
            .formatted(time)
        + step.rows().source()
        + "\njoin %s as prior on prior.unit = %s".formatted(name(index - 1), step.rows().unit())
        + "\n  and %s <= ".formatted(at.asTold("prior.reached_at"))
        + time
        // A step of a date is reached at its midnight, which lies before the exposure.
        + "\n  and %s >= %s".formatted(time, at.asTold("prior.exposed_at"))
        + "\n  and %s <= prior.began_at + interval '%d' second"
            .formatted(time, funnel.within().toSeconds())
        + where(step)
        + "\ngroup by prior.unit, prior.exposed_at, prior.began_at";
  }

  private static String where(StepRows step, String... conditions) {
    List<String> all = new ArrayList<>(List.of(conditions));
    step.filter().ifPresent(all::add);
    return SqlText.where(all);
  }

  private String name(int step) {
    return metric.name() + "__at_" + funnel.steps().get(step).name();
  }
}
