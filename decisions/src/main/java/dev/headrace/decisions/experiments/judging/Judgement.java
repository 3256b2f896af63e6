package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;
import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.ArmSummary;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricResult;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.NearZero;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Family;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.report.ExperimentReport.Value;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges metrics as an experiment declares it. */
public final class Judgement {
  static final String INFINITE = "a sum is infinite or not a number";

  private static final Answer<Inference> NONE =
      Answer.unknown(Answer.Reason.NOT_APPLICABLE, "no such arm");

  private final ExperimentSpec spec;
  private final Sums sums;
  private final JudgingMethod method;
  private final Optional<DueLook> look;
  private final double intervalAlpha;
  private final StratifiedArms strata;
  private final Beliefs beliefs;
  private final Outcomes outcomes;

  public Judgement(ExperimentSpec spec, Sums sums, Optional<DueLook> look) {
    this(spec, sums, look, spec.analysis().alpha());
  }

  private Judgement(ExperimentSpec spec, Sums sums, Optional<DueLook> look, double intervalAlpha) {
    this.spec = spec;
    this.sums = sums;
    this.look = look;
    this.intervalAlpha = intervalAlpha;
    this.strata = new StratifiedArms(spec, sums);
    this.beliefs = new Beliefs(spec);
    this.outcomes = new Outcomes(spec.analysis());
    this.method = JudgingMethod.of(spec, look, intervalAlpha);
  }

  /** The same tests with intervals of another level. */
  Judgement withIntervals(double alpha) {
    return alpha == intervalAlpha ? this : new Judgement(spec, sums, look, alpha);
  }

  /** The method in words. */
  public String words() {
    return method.words();
  }

  /**
   * Metrics with goals judged as a family: p-values corrected over all goals and variants, and the
   * intervals that go with them.
   *
   * @param metrics as {@link #of} tells them
   * @param measured all that are among them
   */
  public Corrected corrected(List<Metric> metrics, List<Measured> measured) {
    GoalFamily family = GoalFamily.of(spec.analysis(), metrics);
    Judgement together = withIntervals(family.alphaEach());
    Map<String, Map<String, Answer<Inference>>> effects = new HashMap<>();
    measured.forEach(one -> effects.put(one.metric(), together.effects(one)));
    List<Metric> corrected =
        family.correct(
            metrics,
            (metric, variant) ->
                effects
                    .getOrDefault(metric, Map.of())
                    .getOrDefault(variant, NONE)
                    .known()
                    .map(Inference::interval));
    Optional<Family> told = family.told(corrected);
    return new Corrected(corrected, told, new IntervalWords(spec.analysis()).of(told, corrected));
  }

  /**
   * Metrics as they are told.
   *
   * @param intervals what these promise
   */
  public record Corrected(List<Metric> metrics, Optional<Family> family, String intervals) {}

  /** What a metric's sums say of every variant, before anything is concluded. */
  private MetricResult result(Measured measured, Map<String, ArmStatistics> arms) {
    return result(analysis(measured), measured, arms);
  }

  private MetricResult result(
      AnalysisSpec wanted, Measured measured, Map<String, ArmStatistics> arms) {
    Analysis analysis = Analysis.of(wanted, measured.shape());
    MetricResult whole = analysis.analyze(spec.base(), arms);
    Map<String, Answer<Inference>> within = new LinkedHashMap<>(whole.effects());
    if (beliefs.areFor(measured)) {
      within.replaceAll(
          (variant, _) ->
              beliefs.compare(
                  measured, statistics(arms, spec.base()), statistics(arms, variant), wanted));
    } else {
      ArmSummary baseline = Optional.ofNullable(whole.arms().get(spec.base())).orElseThrow();
      within.replaceAll(
          (variant, effect) ->
              strata.areFor(measured)
                  ? NearZero.guarded(strata.compare(analysis, measured, variant), baseline, wanted)
                  : guarded(
                      effect,
                      measured,
                      statistics(arms, spec.base()),
                      statistics(arms, variant),
                      baseline,
                      wanted));
    }
    return new MetricResult(whole.baseline(), whole.arms(), within);
  }

  private static ArmStatistics statistics(Map<String, ArmStatistics> arms, String variant) {
    return Optional.ofNullable(arms.get(variant)).orElseThrow();
  }

  private Map<String, ArmStatistics> statistics(Measured measured) {
    Map<String, ArmStatistics> arms = new LinkedHashMap<>();
    for (String variant : spec.variants().keySet()) {
      Sums.Arm arm = sums.arms().get(variant);
      arms.put(
          variant,
          arm == null ? Moments.empty(measured.columns().size()) : arm.statistics(measured));
    }
    return arms;
  }

  /** Why nothing is said of a metric in a variant; empty where something is. */
  private Optional<String> silence(Measured measured, String variant) {
    Sums.Arm arm = sums.arms().get(variant);
    if (arm != null && !arm.isFinite(measured)) {
      return Optional.of(INFINITE);
    }
    long units = arm == null ? 0 : arm.units();
    Optional<String> few = tooFew(measured, variant, units);
    if (few.isEmpty()
        && measured.shape() instanceof MetricShape.Quantile
        && (arm == null || !arm.quantiles().containsKey(measured.metric()))) {
      return Optional.of(
          units == 0
              ? variant + " has no units"
              : "%s has no finite value of it, or one that is no number, or is several levels,"
                      .formatted(variant)
                  + " whose quantiles do not add up");
    }
    return few;
  }

  /** Whether a variant has fewer units than its metric is told of, in words. */
  static Optional<String> tooFew(Measured measured, String variant, long units) {
    return units < measured.fewestUnits()
        ? Optional.of(
            "%s has %d units, fewer than the minimum sample of %d"
                .formatted(variant, units, measured.fewestUnits()))
        : Optional.empty();
  }

  /** Why nothing is said of a variant's effect: of the variant, or of the baseline. */
  private Optional<String> silenceOfEffect(Measured measured, String variant) {
    return silence(measured, spec.base()).or(() -> silence(measured, variant));
  }

  /** Effects against the baseline, by variant. */
  Map<String, Answer<Inference>> effects(Measured measured) {
    Map<String, Answer<Inference>> effects =
        new LinkedHashMap<>(result(measured, statistics(measured)).effects());
    effects.replaceAll(
        (variant, effect) ->
            silenceOfEffect(measured, variant)
                .<Answer<Inference>>map(
                    reason -> Answer.unknown(Answer.Reason.NOT_APPLICABLE, reason))
                .orElse(effect));
    return effects;
  }

  /** One metric over all variants. */
  public Metric of(Measured measured, Role role, Optional<String> unit, boolean upIsGood) {
    Optional<Double> margin = fraction(spec.metrics().margins(), measured);
    Optional<Double> equivalence = fraction(spec.metrics().equivalence(), measured);
    Map<String, ArmStatistics> arms = statistics(measured);
    MetricResult result = result(measured, arms);
    List<Value> values = new ArrayList<>();
    result
        .arms()
        .forEach(
            (variant, summary) -> {
              boolean told = silence(measured, variant).isEmpty();
              values.add(
                  new Value(
                      variant,
                      summary.units(),
                      summary.value().known().filter(_ -> told),
                      summary.standardError().known().filter(_ -> told)));
            });
    List<Effect> effects = new ArrayList<>();
    result
        .effects()
        .forEach(
            (variant, effect) ->
                effects.add(
                    silenceOfEffect(measured, variant)
                        .map(reason -> Outcomes.unknown(variant, reason))
                        .orElseGet(
                            () ->
                                Outcomes.guarded(
                                    margin,
                                    equivalence,
                                    outcomes.effect(variant, atLook(effect), upIsGood),
                                    upIsGood,
                                    () -> relative(measured, arms, variant)))));
    boolean allTold =
        spec.variants().keySet().stream().allMatch(variant -> silence(measured, variant).isEmpty());
    return new Metric(
        measured.metric(),
        role,
        unit,
        upIsGood,
        margin,
        equivalence,
        values,
        effects,
        allTold && spec.analysis().engine() == ExperimentSpec.Engine.BAYESIAN
            ? beliefs.standings(
                measured, arms, upIsGood, method -> absolute(method, measured, arms))
            : List.of());
  }

  private static Optional<Double> fraction(Map<String, Percentage> margins, Measured measured) {
    return Optional.ofNullable(margins.get(measured.metric())).map(Percentage::fraction);
  }

  private AnalysisSpec analysis(Measured measured) {
    return new AnalysisSpec(
        method.method(),
        spec.analysis().alpha(),
        intervalAlpha,
        Alternative.TWO_SIDED,
        spec.analysis().effect(),
        spec.analysis().interval(),
        0,
        measured.isCovaried() ? Adjustment.CUPED : Adjustment.NONE);
  }

  /**
   * A variant against the baseline, of some of the units.
   *
   * @param arms of these units
   * @param strata the same by stratum, where the experiment has strata
   */
  Answer<Inference> compare(
      Measured measured,
      String variant,
      Map<String, Sums.Arm> arms,
      Map<String, Map<String, Sums.Arm>> strata) {
    Sums.Arm baseline = arms.getOrDefault(spec.base(), Sums.Arm.empty());
    Sums.Arm treatment = arms.getOrDefault(variant, Sums.Arm.empty());
    Optional<String> few =
        tooFew(measured, spec.base(), baseline.units())
            .or(() -> tooFew(measured, variant, treatment.units()));
    if (few.isPresent()) {
      return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, few.get());
    }
    if (!this.strata.areFor(measured) || beliefs.areFor(measured)) {
      return compare(measured, baseline, treatment);
    }
    if (!baseline.isFinite(measured) || !treatment.isFinite(measured)) {
      return Answer.unknown(Answer.Reason.NOT_FINITE, INFINITE);
    }
    AnalysisSpec wanted = analysis(measured);
    Analysis analysis = Analysis.of(wanted, measured.shape());
    return NearZero.guarded(
        this.strata.compare(analysis, measured, variant, strata),
        analysis.summarize(baseline.statistics(measured)),
        wanted);
  }

  /** One arm against another, as this experiment is judged without strata. */
  private Answer<Inference> compare(Measured measured, Sums.Arm baseline, Sums.Arm treatment) {
    if (!baseline.isFinite(measured) || !treatment.isFinite(measured)) {
      return Answer.unknown(Answer.Reason.NOT_FINITE, INFINITE);
    }
    ArmStatistics a = baseline.statistics(measured);
    ArmStatistics b = treatment.statistics(measured);
    AnalysisSpec wanted = analysis(measured);
    return beliefs.areFor(measured)
        ? beliefs.compare(measured, a, b, wanted)
        : guarded(
            Analysis.of(wanted, measured.shape()).compare(a, b),
            measured,
            a,
            b,
            Analysis.of(wanted, measured.shape()).summarize(a),
            wanted);
  }

  /** The same effects, in the metric's unit, by a method. */
  private Map<String, Answer<Inference>> absolute(
      Method wanted, Measured measured, Map<String, ArmStatistics> arms) {
    return result(analysis(measured).withMethod(wanted).withScale(Scale.ABSOLUTE), measured, arms)
        .effects();
  }

  /** The relative effect, whatever effects are told in: margins are relative. */
  private Optional<Interval> relative(
      Measured measured, Map<String, ArmStatistics> arms, String variant) {
    return result(analysis(measured).withScale(Scale.RELATIVE), measured, arms)
        .effects()
        .getOrDefault(variant, NONE)
        .known()
        .map(Inference::interval);
  }

  /** At a look of a group-sequential design p is the repeated one. */
  private Answer<Inference> atLook(Answer<Inference> answer) {
    return look.isPresent() && answer.known().orElse(null) instanceof Inference.Effect effect
        ? Answer.of(
            with(
                effect,
                effect.interval(),
                effect.statistic(),
                look.get().pValue(effect.statistic())))
        : answer;
  }

  /** Shares by a test of their own; every other relative effect needs a baseline off zero. */
  private static Answer<Inference> guarded(
      Answer<Inference> answer,
      Measured measured,
      ArmStatistics baseline,
      ArmStatistics treatment,
      ArmSummary summary,
      AnalysisSpec wanted) {
    return SharesByZ.isFor(wanted, measured.shape())
            && baseline instanceof Moments base
            && treatment instanceof Moments arm
        ? SharesByZ.of(answer, base, arm, wanted)
        : NearZero.guarded(answer, summary, wanted);
  }

  private static Inference with(
      Inference.Effect effect, Interval interval, double statistic, double pValue) {
    return new Inference.Effect(
        effect.estimate(),
        effect.standardError(),
        interval,
        statistic,
        pValue,
        effect.degreesOfFreedom(),
        effect.varianceReduction());
  }

  /** The roles of an experiment's metrics, by name in the order of declaration. */
  public static Map<String, Role> roles(ExperimentSpec spec) {
    Map<String, Role> roles = new LinkedHashMap<>();
    spec.metrics().goal().forEach(metric -> roles.put(metric, Role.GOAL));
    spec.metrics().secondary().forEach(metric -> roles.put(metric, Role.SECONDARY));
    spec.metrics().guardrail().forEach(metric -> roles.put(metric, Role.GUARDRAIL));
    return roles;
  }
}
