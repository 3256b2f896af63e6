package dev.headrace.decisions.experiments;

import dev.headrace.core.project.spec.Percentage;
import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.hypothesis.ShareTest;
import dev.headrace.decisions.experiments.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.ExperimentReport.Outcome;
import dev.headrace.decisions.experiments.ExperimentReport.Role;
import dev.headrace.decisions.experiments.ExperimentReport.Value;
import dev.headrace.decisions.experiments.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.ExperimentSpec.Sequential;
import dev.headrace.decisions.experiments.UnitScan.Measured;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;
import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricResult;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.Scale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Judges metrics as an experiment declares it. */
final class Judgement {
  /** Units in two arms at which a confidence sequence is tightest; GrowthBook's customary value. */
  private static final double TUNED_FOR = 5_000;

  /** The relative effect that plans have where none is declared. */
  private static final double EXPECTED = 0.05;

  static final String INFINITE = "a sum is infinite or not a number";

  private final ExperimentSpec spec;
  private final Sums sums;
  private final Method method;
  private final Optional<DueLook> look;
  private final StratifiedArms strata;

  Judgement(ExperimentSpec spec, Sums sums, Optional<DueLook> look) {
    this.spec = spec;
    this.sums = sums;
    this.look = look;
    this.strata = new StratifiedArms(spec, sums);
    this.method =
        look.<Method>map(
                due -> new Method.GroupSequentialLook(due.criticalZ(spec.analysis().alpha())))
            .orElseGet(() -> method(spec));
  }

  private static Method method(ExperimentSpec spec) {
    Judging judging = spec.analysis();
    return switch (judging.engine()) {
      case BAYESIAN ->
          new Method.Bayes(
              judging.priorSd() == null
                  ? Method.Prior.FLAT
                  : new Method.Prior(0, judging.priorSd(), judging.effect()));
      case FREQUENTIST ->
          switch (judging.sequential()) {
            case ANYTIME -> new Method.AnyTime(TUNED_FOR);
            case MSPRT -> new Method.MixtureSprt(expected(spec), Scale.RELATIVE);
            case NONE, GROUP ->
                judging.interval() == ExperimentSpec.RelativeInterval.FIELLER
                    ? new Method.Fieller()
                    : judging.test() == ExperimentSpec.Tails.T
                        ? new Method.WelchT()
                        : new Method.NormalZ();
          };
    };
  }

  /** The size of effects that a mixture is tuned for: as declared, as planned, or as plans are. */
  private static double expected(ExperimentSpec spec) {
    ExperimentSpec.Msprt msprt = spec.analysis().msprt();
    ExperimentSpec.Planned plan = spec.plan();
    return msprt != null
        ? msprt.effect().fraction()
        : plan != null ? plan.effect().fraction() : EXPECTED;
  }

  /** The looks of a design, as planning knows them. */
  static PlanSpec.Looks looks(ExperimentSpec spec, double alpha) {
    Judging judging = spec.analysis();
    ExperimentSpec.Period period = spec.period();
    if (judging.sequential() == Sequential.GROUP && judging.group() != null && period != null) {
      return new PlanSpec.Looks.Groups(DueLook.planned(judging.group(), period, alpha));
    }
    return switch (method(spec)) {
      case Method.AnyTime(double tunedFor) -> new PlanSpec.Looks.AnyTime(tunedFor);
      case Method.MixtureSprt(double effectSd, Scale _) -> new PlanSpec.Looks.Mixture(effectSd);
      default -> new PlanSpec.Looks.Once();
    };
  }

  /** The method in words. */
  String words() {
    String tests =
        switch (method) {
          case Method.WelchT() -> "Welch's t, one look";
          case Method.NormalZ() -> "z, one look";
          case Method.AnyTime(double tunedFor) ->
              "confidence sequence, any number of looks, tightest at %.0f units"
                  .formatted(tunedFor);
          case Method.MixtureSprt(double effectSd, Scale _) ->
              "mixture SPRT, any number of looks, tuned for effects of %s %%"
                  .formatted(
                      new BigDecimal(100 * effectSd)
                          .round(new MathContext(4))
                          .stripTrailingZeros()
                          .toPlainString());
          case Method.GroupSequentialLook _ ->
              look.filter(due -> due.number() > 0)
                  .map(
                      due ->
                          "group-sequential, look %d of %d"
                              .formatted(due.number(), due.days().size()))
                  .orElse("group-sequential, before the first look");
          case Method.Bayes(Method.Prior prior) ->
              Double.isInfinite(prior.sd())
                  ? "posterior with a flat prior"
                  : String.format(
                      Locale.ROOT, "posterior with a normal prior, sd %.3g", prior.sd());
          case Method.Fieller() -> "Welch's t with Fieller's intervals, one look";
        };
    return tests
        + ", "
        + spec.analysis().effect().name().toLowerCase(Locale.ROOT)
        + " effects"
        + cuped()
        + (spec.analysis().stratify().isEmpty()
            ? ""
            : ", post-stratified by " + String.join(" and ", spec.analysis().stratify()))
        + (method instanceof Method.Bayes
            ? ""
            : ", goals corrected by "
                + spec.analysis().correction().name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private String cuped() {
    ExperimentSpec.Cuped cuped = spec.analysis().cuped();
    return cuped == null
        ? ""
        : cuped.covariates().isEmpty()
            ? ", CUPED"
            : ", CUPED with " + String.join(" and ", cuped.covariates());
  }

  /** What a metric's sums say of every variant, before anything is concluded. */
  private MetricResult result(Measured measured, Map<String, ArmStatistics> arms) {
    return result(analysis(measured), measured, arms);
  }

  private MetricResult result(
      AnalysisSpec wanted, Measured measured, Map<String, ArmStatistics> arms) {
    Analysis analysis = Analysis.of(wanted, measured.shape());
    MetricResult whole = analysis.analyze(spec.base(), arms);
    if (!strata.areFor(measured)) {
      return whole;
    }
    Map<String, Answer<Inference>> within = new LinkedHashMap<>(whole.effects());
    within.replaceAll((variant, _) -> strata.compare(analysis, measured, variant));
    return new MetricResult(whole.baseline(), whole.arms(), within);
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

  /** Why nothing is said of a metric; empty where something is. */
  private Optional<String> silence(Measured measured) {
    for (String variant : spec.variants().keySet()) {
      Sums.Arm arm = sums.arms().get(variant);
      if (arm != null && !arm.isFinite(measured)) {
        return Optional.of(INFINITE);
      }
      long units = arm == null ? 0 : arm.units();
      if (units < measured.fewestUnits()) {
        return Optional.of(
            "%s has %d units, fewer than the minimum sample of %d"
                .formatted(variant, units, measured.fewestUnits()));
      }
      if (measured.shape() instanceof MetricShape.Quantile
          && (arm == null || !arm.quantiles().containsKey(measured.metric()))) {
        return Optional.of(
            "%s has no finite value of it, or is several levels, whose quantiles do not add up"
                .formatted(variant));
      }
    }
    return Optional.empty();
  }

  /** Effects against the baseline, by variant. */
  Map<String, Answer<Inference>> effects(Measured measured) {
    Map<String, Answer<Inference>> effects =
        new LinkedHashMap<>(result(measured, statistics(measured)).effects());
    silence(measured)
        .ifPresent(
            reason ->
                effects.replaceAll((_, _) -> Answer.unknown(Answer.Reason.NOT_APPLICABLE, reason)));
    return effects;
  }

  /** One metric over all variants. */
  Metric of(Measured measured, Role role, Optional<String> unit, boolean upIsGood) {
    Optional<Double> margin = fraction(spec.metrics().margins(), measured);
    Optional<Double> equivalence = fraction(spec.metrics().equivalence(), measured);
    Map<String, ArmStatistics> arms = statistics(measured);
    Optional<String> silence = silence(measured);
    MetricResult result = result(measured, arms);
    List<Value> values = new ArrayList<>();
    result
        .arms()
        .forEach(
            (variant, summary) ->
                values.add(
                    new Value(
                        variant,
                        summary.units(),
                        summary.value().known().filter(_ -> silence.isEmpty()),
                        summary.standardError().known().filter(_ -> silence.isEmpty()))));
    List<Effect> effects = new ArrayList<>();
    result
        .effects()
        .forEach(
            (variant, effect) ->
                effects.add(
                    silence.isEmpty()
                        ? guarded(
                            margin,
                            equivalence,
                            effect(variant, tested(effect, measured, arms, variant), upIsGood),
                            upIsGood,
                            () -> relative(measured, arms, variant))
                        : unknown(variant, silence.get())));
    return new Metric(
        measured.metric(), role, unit, upIsGood, margin, equivalence, values, effects);
  }

  private static Optional<Double> fraction(Map<String, Percentage> margins, Measured measured) {
    return Optional.ofNullable(margins.get(measured.metric())).map(Percentage::fraction);
  }

  private AnalysisSpec analysis(Measured measured) {
    return new AnalysisSpec(
        method,
        spec.analysis().alpha(),
        Alternative.TWO_SIDED,
        spec.analysis().effect(),
        0,
        measured.isCovaried() ? Adjustment.CUPED : Adjustment.NONE);
  }

  /** One arm against another, as this experiment is judged. */
  Answer<Inference> compare(Measured measured, Sums.Arm baseline, Sums.Arm treatment) {
    return baseline.isFinite(measured) && treatment.isFinite(measured)
        ? Analysis.of(analysis(measured), measured.shape())
            .compare(baseline.statistics(measured), treatment.statistics(measured))
        : Answer.unknown(Answer.Reason.NOT_FINITE, INFINITE);
  }

  /** The relative effect, whatever effects are told in: margins are relative. */
  private Optional<Interval> relative(
      Measured measured, Map<String, ArmStatistics> arms, String variant) {
    return result(analysis(measured).withScale(Scale.RELATIVE), measured, arms)
        .effects()
        .getOrDefault(variant, Answer.unknown(Answer.Reason.NOT_APPLICABLE, "no such arm"))
        .known()
        .map(Inference::interval);
  }

  /**
   * A guardrail with a margin passes if its interval shows that it is no worse than the margin
   * allows, even where it is a little worse. One that must stay the same passes if the interval
   * lies between both margins; being better is no excuse.
   */
  private static Effect guarded(
      Optional<Double> margin,
      Optional<Double> equivalence,
      Effect effect,
      boolean upIsGood,
      Supplier<Optional<Interval>> relative) {
    boolean free = margin.isEmpty() && equivalence.isEmpty();
    if (free || effect.outcome() == Outcome.UNKNOWN) {
      return effect;
    }
    boolean better = effect.outcome() == Outcome.BETTER;
    if (margin.isPresent() && better) {
      return effect;
    }
    double limit = margin.or(() -> equivalence).orElseThrow();
    boolean eitherWay = equivalence.isPresent();
    boolean shown =
        relative
            .get()
            .filter(interval -> !(eitherWay || upIsGood) || interval.lower() > -limit)
            .filter(interval -> !(eitherWay || !upIsGood) || interval.upper() < limit)
            .isPresent();
    return shown
        ? effect.withOutcome(Outcome.WITHIN_MARGIN)
        : better ? effect.withOutcome(Outcome.NOT_SHOWN) : effect;
  }

  /**
   * At a look of a group-sequential design p is the repeated one.
   *
   * <p>The z test of two shares takes its variance under the hypothesis that both are equal; the
   * interval is Wald's, with each variant's own.
   */
  private Answer<Inference> tested(
      Answer<Inference> answer,
      Measured measured,
      Map<String, ArmStatistics> arms,
      String variant) {
    if (look.isPresent() && answer.known().orElse(null) instanceof Inference.Effect effect) {
      double z = effect.estimate() / effect.standardError();
      return Answer.of(withP(effect, look.get().pValue(z)));
    }
    boolean shares =
        method instanceof Method.NormalZ
            && measured.shape() instanceof MetricShape.Proportion
            && !measured.isCovaried()
            && !strata.areFor(measured);
    if (!shares
        || !(arms.get(spec.base()) instanceof Moments base)
        || !(arms.get(variant) instanceof Moments arm)
        || !(answer.known().orElse(null) instanceof Inference.Effect effect)) {
      return answer;
    }
    return ShareTest.twoShares(
            Math.round(arm.sum(0)),
            arm.count(),
            Math.round(base.sum(0)),
            base.count(),
            ShareTest.Variance.POOLED,
            Alternative.TWO_SIDED)
        .map(test -> withP(effect, test.pValue()));
  }

  private static Inference withP(Inference.Effect effect, double pValue) {
    return new Inference.Effect(
        effect.estimate(),
        effect.standardError(),
        effect.interval(),
        pValue,
        effect.degreesOfFreedom(),
        effect.varianceReduction());
  }

  private static Effect unknown(String variant, String reason) {
    return new Effect(
        variant,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Outcome.UNKNOWN,
        Optional.of(reason));
  }

  private Effect effect(String variant, Answer<Inference> answer, boolean upIsGood) {
    return switch (answer) {
      case Answer.Unknown<Inference>(Answer.Reason _, String detail) -> unknown(variant, detail);
      case Answer.Known<Inference>(Inference inference) -> {
        Optional<Double> p =
            inference instanceof Inference.Effect test
                ? Optional.of(test.pValue())
                : Optional.empty();
        Optional<Double> better =
            inference instanceof Inference.Belief belief
                ? Optional.of(
                    upIsGood ? belief.probabilityPositive() : 1 - belief.probabilityPositive())
                : Optional.empty();
        Interval interval = inference.interval();
        yield new Effect(
            variant,
            Optional.of(inference.estimate()),
            finite(interval.lower()),
            finite(interval.upper()),
            Optional.of(inference.standardError()),
            finite(inference.estimate() / inference.standardError()),
            p,
            Optional.empty(),
            better,
            inference.varianceReduction(),
            outcome(inference.estimate(), upIsGood, p, better),
            Optional.empty());
      }
    };
  }

  private static Optional<Double> finite(double number) {
    return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
  }

  private Outcome outcome(
      double estimate, boolean upIsGood, Optional<Double> p, Optional<Double> better) {
    double alpha = spec.analysis().alpha();
    if (better.isPresent()) {
      return better.get() >= 1 - alpha / 2
          ? Outcome.BETTER
          : better.get() <= alpha / 2 ? Outcome.WORSE : Outcome.NOT_SHOWN;
    }
    if (p.isEmpty() || p.get() > alpha) {
      return Outcome.NOT_SHOWN;
    }
    return (estimate > 0) == upIsGood ? Outcome.BETTER : Outcome.WORSE;
  }

  /** Goal metrics with p-values corrected over all goals and variants; others as they are. */
  List<Metric> corrected(List<Metric> metrics) {
    List<Double> p = new ArrayList<>();
    metrics.stream()
        .filter(metric -> metric.role() == Role.GOAL)
        .flatMap(metric -> metric.effects().stream())
        .forEach(effect -> effect.pValue().ifPresent(p::add));
    double[] adjusted =
        spec.analysis()
            .correction()
            .adjust(spec.analysis().alpha(), p.stream().mapToDouble(Double::doubleValue).toArray());
    int[] next = {0};
    return metrics.stream()
        .map(
            metric ->
                metric.role() != Role.GOAL
                    ? metric
                    : new Metric(
                        metric.metric(),
                        metric.role(),
                        metric.unit(),
                        metric.upIsGood(),
                        metric.margin(),
                        metric.equivalence(),
                        metric.values(),
                        metric.effects().stream()
                            .map(
                                effect ->
                                    effect.pValue().isEmpty()
                                        ? effect
                                        : with(effect, adjusted[next[0]++]))
                            .toList()))
        .toList();
  }

  private Effect with(Effect effect, double adjustedP) {
    return new Effect(
        effect.variant(),
        effect.estimate(),
        effect.lower(),
        effect.upper(),
        effect.standardError(),
        effect.statistic(),
        effect.pValue(),
        Optional.of(adjustedP),
        effect.probabilityBetter(),
        effect.varianceReduction(),
        adjustedP > spec.analysis().alpha() ? Outcome.NOT_SHOWN : effect.outcome(),
        effect.reason());
  }
}
