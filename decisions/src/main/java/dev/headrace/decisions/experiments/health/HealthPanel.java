package dev.headrace.decisions.experiments.health;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.PartEffect;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.Planning;
import dev.headrace.decisions.experiments.judging.Days;
import dev.headrace.decisions.experiments.judging.DueLook;
import dev.headrace.decisions.experiments.judging.JudgingMethod;
import dev.headrace.decisions.experiments.judging.StratifiedArms;
import dev.headrace.decisions.experiments.planning.PlanBasis;
import dev.headrace.decisions.experiments.report.ExperimentReport.Arm;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Whether a result can be trusted: one line per question, with the figure that answers it. Alarms
 * are the customary ones (GrowthBook's and Microsoft's published practice); tests that are made for
 * every goal and variant share theirs.
 */
public final class HealthPanel {
  /** Of drift and of the weekday, over all goals and variants. */
  private static final double CYCLE_ALARM = 0.01;

  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final Sums sums;
  private final List<Arm> arms;
  private final Days days;
  private final Optional<DueLook> look;
  private final Optional<LocalDate> until;
  private final AssignedUnits assigned;
  private final List<Warning> health = new ArrayList<>();

  /**
   * @param spec as declared
   * @param look that is due, of looks on named days
   * @param until last day that rows have reached and that is over
   * @param leftOut rows of the assignments that are in no sum
   * @param metBefore units that were exposed before the period
   */
  public HealthPanel(
      ExperimentSpec spec,
      UnitScan scan,
      Sums sums,
      List<Arm> arms,
      Days days,
      Optional<DueLook> look,
      Optional<LocalDate> until,
      Scanner.LeftOut leftOut,
      Scanner.MetBefore metBefore) {
    this.spec = spec;
    this.scan = scan;
    this.sums = sums;
    this.arms = arms;
    this.days = days;
    this.look = look;
    this.until = until;
    this.assigned = new AssignedUnits(spec, sums, arms, leftOut, metBefore);
  }

  public List<Warning> check(List<Metric> metrics, Optional<Warning> outliers) {
    health.addAll(assigned.check());
    BeforeExposure before = new BeforeExposure(spec, scan, sums);
    before.covariates().ifPresent(this::add);
    before.exposureAfterConversion(days.watched(until)).ifPresent(this::add);
    overTime(
        metrics,
        "novelty",
        days::stretches,
        Health::trend,
        "effects do not change with the day of exposure",
        "the effect on %s of %s changes with the day of exposure: it may wear off or still grow");
    overTime(
        metrics,
        "weekday-effects",
        days::weekdays,
        Health::weekdayCycle,
        "effects do not depend on the weekday",
        "the effect on %s of %s depends on the weekday");
    wholeWeeks();
    outliers.ifPresent(this::add);
    new FewUnits(spec, scan, sums).check().ifPresent(this::add);
    QuantileTies.check(spec, scan, sums).ifPresent(this::add);
    Baselines.check(spec, scan, sums).ifPresent(this::add);
    PriorFit.check(spec, scan, sums).ifPresent(this::add);
    peeking();
    spent();
    power(metrics);
    return health;
  }

  private void add(Warning warning) {
    health.add(warning);
  }

  private void add(String check, Level level, Optional<Double> figure, String text) {
    health.add(new Warning(check, level, figure, text));
  }

  static String p(double pValue) {
    return String.format(Locale.ROOT, " (p = %.3g)", pValue);
  }

  private void overTime(
      List<Metric> metrics,
      String check,
      BiFunction<String, String, List<PartEffect>> parts,
      Function<List<PartEffect>, Answer<TestResult>> test,
      String fine,
      String changing) {
    double lowest = 2;
    int tests = 0;
    String found = "";
    for (Metric metric : metrics) {
      if (metric.role() != Role.GOAL) {
        continue;
      }
      for (String variant : days.treatments()) {
        Optional<TestResult> result = test.apply(parts.apply(metric.metric(), variant)).known();
        if (result.isPresent()) {
          tests++;
          if (result.get().pValue() < lowest) {
            lowest = result.get().pValue();
            found = changing.formatted(metric.metric(), variant);
          }
        }
      }
    }
    if (tests > 0) {
      double corrected = Math.min(1, tests * lowest);
      boolean alarm = corrected < CYCLE_ALARM;
      add(
          check,
          alarm ? Level.WARN : Level.OK,
          Optional.of(corrected),
          (alarm ? found : fine) + p(corrected));
    }
  }

  private void wholeWeeks() {
    int length = days.length();
    if (length > 0) {
      boolean whole = length % 7 == 0;
      add(
          "whole-weeks",
          whole ? Level.OK : Level.WARN,
          Optional.of((double) length),
          whole
              ? "exposures cover %d whole weeks".formatted(length / 7)
              : "exposures cover %s, which are no whole weeks: some weekdays count more"
                  .formatted(length == 1 ? "1 day" : length + " days"));
    }
  }

  /** Of looks on named days: whether an earlier one had all the units that were planned. */
  private void spent() {
    look.ifPresent(
        due ->
            due.spentAt()
                .ifPresent(
                    earlier ->
                        add(
                            "group-units",
                            Level.WARN,
                            Optional.of(due.information().get(earlier - 1)),
                            "look %d had all units that 'group.units' plans and spent all of alpha: this look can show nothing"
                                .formatted(earlier))));
  }

  /** A test of one look, or a belief that any effect is as likely as any other, looked at often. */
  private void peeking() {
    ExperimentSpec.Period period = spec.period();
    LocalDate end = period == null ? null : period.end();
    ExperimentSpec.Judging judging = spec.analysis();
    boolean oneLook =
        judging.engine() == ExperimentSpec.Engine.FREQUENTIST
            ? judging.sequential() == Sequential.NONE
            : judging.priorSd() == null && judging.priors().isEmpty();
    if (!oneLook || until.isEmpty() || (end != null && !until.get().isBefore(end))) {
      return;
    }
    int looks = Math.clamp(days.length(), 1, 100);
    double error = Health.errorOfPeeking(judging.alpha(), looks);
    add(
        "peeking",
        Level.WARN,
        Optional.of(error),
        String.format(
            Locale.ROOT,
            "%s: a test looked at on each of %d day%s errs in %.3g %%",
            end == null ? "no end is declared" : "the period is not over",
            looks,
            looks == 1 ? "" : "s",
            100 * error));
  }

  /** What the units that are there show; held against the plan where there is one. */
  private void power(List<Metric> metrics) {
    for (Metric metric : metrics) {
      if (metric.role() != Role.GOAL) {
        continue;
      }
      Measured measured =
          scan.metrics().stream()
              .filter(one -> one.metric().equals(metric.metric()))
              .findFirst()
              .orElseThrow();
      reached(measured, metric.upIsGood(), Optional.ofNullable(spec.plan()));
    }
  }

  /** The baseline by stratum, of metrics that are judged by strata. */
  private List<Sums.Arm> strata(Measured measured) {
    return StratifiedArms.areFor(spec, measured)
        ? StratifiedArms.levels(spec, sums).values().stream()
            .map(arms -> arms.getOrDefault(spec.base(), Sums.Arm.empty()))
            .toList()
        : List.of();
  }

  private void reached(Measured measured, boolean upIsGood, Optional<ExperimentSpec.Planned> plan) {
    Sums.Arm base = sums.arms().get(spec.base());
    long units = arms.stream().mapToLong(Arm::units).sum();
    Optional<PlanSpec> planned =
        base == null || !base.isFinite(measured)
            ? Optional.empty()
            : PlanBasis.planSpec(measured, base, strata(measured)).known();
    if (planned.isEmpty() || units < 4) {
      return;
    }
    double alpha = PlanBasis.alphaOfGoals(spec);
    double power = plan.map(p -> p.power().fraction()).orElse(0.8);
    PlanSpec now =
        planned
            .get()
            .withSplit(PlanBasis.split(spec))
            .withRelative(PlanBasis.relative(spec))
            .withTest(Math.min(alpha, power / 2), power, Alternative.TWO_SIDED)
            .withLooks(JudgingMethod.looks(spec, Math.min(alpha, power / 2)));
    Optional<Double> detectable = Planning.detectable(now, (double) units, upIsGood).known();
    String shows =
        detectable
            .map(
                effect ->
                    "%d units show an effect of %s on %s with power %s"
                        .formatted(
                            units,
                            PlanBasis.percent(Math.abs(effect)),
                            measured.metric(),
                            PlanBasis.percent(power)))
            .orElse("%d units show no effect on %s".formatted(units, measured.metric()));
    boolean enough =
        plan.isEmpty()
            || detectable.filter(e -> Math.abs(e) <= plan.get().effect().fraction()).isPresent();
    add(
        "power",
        enough ? Level.OK : Level.WARN,
        detectable.map(Math::abs),
        shows
            + plan.map(p -> "; planned were " + PlanBasis.percent(p.effect().fraction()))
                .orElse(""));
  }
}
