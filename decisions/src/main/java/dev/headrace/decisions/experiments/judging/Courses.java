package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.report.ExperimentReport.AdjustedInterval;
import dev.headrace.decisions.experiments.report.ExperimentReport.Course;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Point;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Effects of goals and guardrails, of all units exposed until each day, judged as the effect of all
 * units is: strata apart where the experiment has some, with intervals of the level that is shown.
 * A day on which nothing can be said has no point, such as the first ones, while strata are small.
 */
public final class Courses {
  private final ExperimentSpec spec;
  private final Sums sums;
  private final Judgement judgement;

  public Courses(ExperimentSpec spec, Sums sums, Judgement judgement) {
    this.spec = spec;
    this.sums = sums;
    this.judgement = judgement;
  }

  /** One effect with its points so far. */
  private record Line(
      Measured measured, String variant, double alpha, Judgement shown, List<Point> points) {
    boolean isOfQuantile() {
      return measured.shape() instanceof MetricShape.Quantile;
    }

    void add(LocalDate day, long units, Answer<Inference> effect) {
      effect
          .known()
          .ifPresent(
              known ->
                  points.add(
                      new Point(
                          day,
                          units,
                          known.estimate(),
                          Outcomes.finite(known.interval().lower()),
                          Outcomes.finite(known.interval().upper()))));
    }
  }

  /**
   * In the order of metrics and variants.
   *
   * @param metrics as they are shown
   * @param measured all that are among them
   */
  public List<Course> of(List<Metric> metrics, List<Measured> measured) {
    List<Line> lines = lines(metrics, measured);
    NavigableMap<LocalDate, Map<String, Sums.Arm>> days = Days.days(spec, sums);
    Map<LocalDate, Map<String, Map<String, Sums.Arm>>> strataOfDays = StratifiedArms.byDay(sums);
    Map<String, Sums.Arm> arms = Map.of();
    Map<String, Map<String, Sums.Arm>> strata = new TreeMap<>();
    for (Map.Entry<LocalDate, Map<String, Sums.Arm>> day : days.entrySet()) {
      arms = Sums.with(arms, day.getValue(), 1);
      strataOfDays
          .getOrDefault(day.getKey(), Map.of())
          .forEach((level, more) -> strata.merge(level, more, (a, b) -> Sums.with(a, b, 1)));
      for (Line line : lines) {
        if (!line.isOfQuantile()) {
          line.add(
              day.getKey(),
              units(arms, line.variant()),
              line.shown().compare(line.measured(), line.variant(), arms, strata));
        }
      }
    }
    lines.stream().filter(Line::isOfQuantile).forEach(line -> addQuantiles(line, days));
    return lines.stream()
        .map(
            line ->
                new Course(line.measured().metric(), line.variant(), line.alpha(), line.points()))
        .toList();
  }

  private List<Line> lines(List<Metric> metrics, List<Measured> measured) {
    List<Line> lines = new ArrayList<>();
    for (Metric metric : metrics) {
      if (metric.role() == Role.SECONDARY) {
        continue;
      }
      Measured own =
          measured.stream()
              .filter(one -> one.metric().equals(metric.metric()))
              .findFirst()
              .orElseThrow();
      for (Effect effect : metric.effects()) {
        double alpha =
            effect.adjustedInterval().map(AdjustedInterval::alpha).orElse(spec.analysis().alpha());
        lines.add(
            new Line(
                own, effect.variant(), alpha, judgement.withIntervals(alpha), new ArrayList<>()));
      }
    }
    return lines;
  }

  private long units(Map<String, Sums.Arm> arms, String variant) {
    return arm(arms, spec.base()).units() + arm(arms, variant).units();
  }

  private static Sums.Arm arm(Map<String, Sums.Arm> arms, String variant) {
    return arms.getOrDefault(variant, Sums.Arm.empty());
  }

  /** Quantiles of days do not add up to one of all days so far: the scan told some of them. */
  private void addQuantiles(Line line, NavigableMap<LocalDate, Map<String, Sums.Arm>> days) {
    NavigableMap<LocalDate, Map<String, Sums.Arm>> told = new TreeMap<>();
    sums.slices()
        .getOrDefault(Sums.untilDay(spec.dimensions().size()), Map.of())
        .forEach((day, arms) -> told.put(LocalDate.parse(day), arms));
    if (!days.isEmpty()) {
      told.put(days.lastKey(), sums.arms());
    }
    String metric = line.measured().metric();
    told.forEach(
        (day, arms) -> {
          if (arm(arms, spec.base()).quantiles().containsKey(metric)
              && arm(arms, line.variant()).quantiles().containsKey(metric)) {
            long units =
                days.headMap(day, true).values().stream()
                    .mapToLong(ofDay -> units(ofDay, line.variant()))
                    .sum();
            line.add(
                day, units, line.shown().compare(line.measured(), line.variant(), arms, Map.of()));
          }
        });
  }
}
