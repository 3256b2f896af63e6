package dev.headrace.decisions.experiments.planning;

import dev.headrace.decisions.experiments.report.ExperimentReport;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * How long an experiment has to run to see what it is meant to see. Holds no clock: the same
 * snapshots give the same plan.
 *
 * @param sentence what follows
 * @param population table whose units were looked at
 * @param from first day of the past; empty where the population has no time
 * @param effect the relative effect that is not to be missed
 * @param alphaEach what is left of alpha for one comparison of a goal
 * @param comparisons goals times variants against the baseline
 * @param method how results will be judged, in words
 * @param traffic share of the units that take part
 * @param sql the statement of the longest run time
 * @param notes what a reader has to know to trust it
 */
public record PlanReport(
    String name,
    String sentence,
    String unit,
    String population,
    Optional<LocalDate> from,
    Optional<LocalDate> to,
    double effect,
    double power,
    double alpha,
    double alphaEach,
    int comparisons,
    String method,
    double traffic,
    List<Need> metrics,
    List<Horizon> horizons,
    List<String> notes,
    String sql,
    List<ExperimentReport.Table> tables) {
  public PlanReport {
    metrics = List.copyOf(metrics);
    horizons = List.copyOf(horizons);
    notes = List.copyOf(notes);
    tables = List.copyOf(tables);
  }

  /**
   * What one metric needs.
   *
   * @param kind mean, proportion, ratio, quantile or derived
   * @param value of a unit, or the ratio
   * @param standardDeviation per unit; of a ratio's linearisation
   * @param varianceReduction by values before exposure and by strata, in [0, 1)
   * @param margin that a guardrail has to be shown to stay within, if nothing moves it
   * @param units in all arms together
   * @param days whole weeks where the past tells how many units come
   * @param beyondPast whether units were continued at the pace of the longest run time looked up
   * @param reason why there is no answer
   */
  public record Need(
      String metric,
      ExperimentReport.Role role,
      String kind,
      Optional<Double> value,
      Optional<Double> standardDeviation,
      double varianceReduction,
      Optional<Double> margin,
      Optional<Long> units,
      Optional<Long> days,
      boolean beyondPast,
      Optional<String> reason) {}

  /**
   * A run time with what it shows.
   *
   * @param days empty where the population has no time
   * @param units that take part
   */
  public record Horizon(Optional<Integer> days, long units, List<Shown> metrics) {
    public Horizon {
      metrics = List.copyOf(metrics);
    }
  }

  /**
   * What a run time shows of a metric.
   *
   * @param detectable the smallest relative effect with the wanted power; empty where none is
   * @param power to see the wanted effect; of a guardrail with a margin, to show that it stays
   *     within
   */
  public record Shown(String metric, Optional<Double> detectable, Optional<Double> power) {}
}
