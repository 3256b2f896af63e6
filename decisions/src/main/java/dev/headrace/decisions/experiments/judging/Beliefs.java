package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.ArmSummary;
import dev.headrace.decisions.experiments.analysis.BestArm;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.Posterior;
import dev.headrace.decisions.experiments.analysis.PosteriorContrast;
import dev.headrace.decisions.experiments.report.ExperimentReport.Standing;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentError;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.VariantPrior;
import dev.headrace.spi.error.HeadraceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Posteriors of variants: of metrics that have a prior of their own, the effects between them; of
 * every metric, which variant is best and what choosing another one would cost.
 */
public final class Beliefs {
  private final ExperimentSpec spec;

  Beliefs(ExperimentSpec spec) {
    this.spec = spec;
  }

  /** Whether a metric's variants have a prior of their own. */
  boolean areFor(Measured measured) {
    return prior(measured).isPresent();
  }

  private Optional<VariantPrior> prior(Measured measured) {
    return Optional.ofNullable(spec.analysis().priors().get(measured.metric()));
  }

  /**
   * A variant against the baseline.
   *
   * @throws HeadraceException EXPERIMENT_PRIOR where the prior is not for such a metric
   */
  Answer<Inference> compare(
      Measured measured, ArmStatistics baseline, ArmStatistics treatment, AnalysisSpec wanted) {
    return switch (posterior(measured, baseline)) {
      case Answer.Unknown<Posterior>(Answer.Reason reason, String detail) ->
          Answer.unknown(reason, detail);
      case Answer.Known<Posterior>(Posterior a) ->
          switch (posterior(measured, treatment)) {
            case Answer.Unknown<Posterior>(Answer.Reason reason, String detail) ->
                Answer.unknown(reason, detail);
            case Answer.Known<Posterior>(Posterior b) -> PosteriorContrast.of(a, b, wanted);
          };
    };
  }

  private Answer<Posterior> posterior(Measured measured, ArmStatistics arm) {
    return switch (prior(measured).orElseThrow()) {
      case VariantPrior.Beta(double successes, double failures) -> {
        if (!(measured.shape() instanceof MetricShape.Proportion)
            || !(arm instanceof Moments moments)) {
          throw unfit(measured, "a beta prior is for shares of units");
        }
        yield moments.count() == 0
            ? Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "a variant has no units")
            : Answer.of(
                Posterior.share(moments.count(), Math.rint(moments.sum(0)), successes, failures));
      }
      case VariantPrior.Gamma(double events, double units) -> {
        if (!(measured.shape() instanceof MetricShape.Mean) || !(arm instanceof Moments moments)) {
          throw unfit(measured, "a gamma prior is for counts of a unit");
        }
        if (moments.count() == 0) {
          yield Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "a variant has no units");
        }
        yield moments.sum(0) < 0
            ? Answer.unknown(
                Answer.Reason.NOT_APPLICABLE, "events are counted, and their number is below zero")
            : Answer.of(Posterior.rate((double) moments.count(), moments.sum(0), events, units));
      }
      case VariantPrior.Normal(double mean, double sd) -> {
        ArmSummary summary =
            Analysis.of(AnalysisSpec.of(new Method.NormalZ()), measured.shape()).summarize(arm);
        Optional<Double> value = summary.value().known();
        Optional<Double> error = summary.standardError().known().filter(se -> se > 0);
        yield value.isEmpty() || error.isEmpty()
            ? Answer.unknown(Answer.Reason.NO_VARIANCE, "nothing varies within one of the arms")
            : Answer.of(Posterior.mean(value.get(), error.get(), mean, sd));
      }
    };
  }

  private static HeadraceException unfit(Measured measured, String reason) {
    return new HeadraceException(
        ExperimentError.EXPERIMENT_PRIOR,
        "Cannot judge '%s' with its prior: %s.".formatted(measured.metric(), reason),
        "Take 'beta' for shares of units, 'gamma' for counts, 'normal' for everything else.");
  }

  /**
   * Which variant is best. Without a prior of their own, variants are as likely to have any value,
   * and what covariates and strata take away is taken away here too. Empty where the data do not
   * tell, and of more than two variants under a prior of effects ({@code prior-sd}), whose joint
   * posterior pairs of variants do not give.
   *
   * @param absolute posteriors of effects in the metric's unit
   */
  List<Standing> standings(
      Measured measured,
      Map<String, ArmStatistics> arms,
      boolean upIsGood,
      Supplier<Map<String, Answer<Inference>>> absolute) {
    Optional<VariantPrior> prior = prior(measured);
    Double ofEffects = spec.analysis().priorSd();
    if (prior.isEmpty() && ofEffects != null && arms.size() > 2) {
      return List.of();
    }
    Map<String, Posterior> compared = new LinkedHashMap<>();
    Map<String, Interval> intervals = new LinkedHashMap<>();
    double level = 1 - spec.analysis().alpha();
    if (prior.isPresent()) {
      for (Map.Entry<String, ArmStatistics> arm : arms.entrySet()) {
        Optional<Posterior> own = posterior(measured, arm.getValue()).known();
        if (own.isEmpty()) {
          return List.of();
        }
        compared.put(arm.getKey(), own.get());
        intervals.put(arm.getKey(), own.get().credible(level));
      }
    } else {
      Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.NormalZ()), measured.shape());
      for (Map.Entry<String, ArmStatistics> arm : arms.entrySet()) {
        ArmSummary summary = analysis.summarize(arm.getValue());
        Optional<Double> value = summary.value().known();
        Optional<Double> error = summary.standardError().known().filter(se -> se > 0);
        if (value.isEmpty() || error.isEmpty()) {
          return List.of();
        }
        Posterior own = new Posterior.OfMean(value.get(), error.get());
        intervals.put(arm.getKey(), own.credible(level));
        compared.put(arm.getKey(), own);
      }
      if (!effectsInstead(compared, absolute.get())) {
        return List.of();
      }
    }
    if (!upIsGood) {
      compared.replaceAll((_, posterior) -> posterior.negated());
    }
    String stated =
        prior
            .map(VariantPrior::toString)
            .orElse(
                ofEffects == null ? "flat" : "flat, effects normal(0, %s)".formatted(ofEffects));
    List<Standing> standings = new ArrayList<>();
    BestArm.of(compared)
        .forEach(
            (variant, standing) -> {
              Interval interval = Optional.ofNullable(intervals.get(variant)).orElseThrow();
              standings.add(
                  new Standing(
                      variant,
                      stated,
                      interval.lower(),
                      interval.upper(),
                      standing.probability(),
                      standing.expectedLoss()));
            });
    return standings;
  }

  /**
   * Replaces posteriors of values by those of effects, which may be less uncertain: the baseline's
   * is what all effects share of their variance, and each variant has the rest of its own.
   *
   * @return whether all effects are known
   */
  private boolean effectsInstead(
      Map<String, Posterior> compared, Map<String, Answer<Inference>> effects) {
    double least = Double.POSITIVE_INFINITY;
    for (Answer<Inference> effect : effects.values()) {
      Optional<Double> error = effect.known().map(Inference::standardError);
      if (error.isEmpty()) {
        return false;
      }
      least = Math.min(least, error.get() * error.get());
    }
    Posterior.OfMean base =
        (Posterior.OfMean) Optional.ofNullable(compared.get(spec.base())).orElseThrow();
    double shared = 0;
    double total = 0;
    for (Map.Entry<String, Answer<Inference>> effect : effects.entrySet()) {
      Posterior.OfMean own =
          (Posterior.OfMean) Optional.ofNullable(compared.get(effect.getKey())).orElseThrow();
      double unadjusted = base.sd() * base.sd() + own.sd() * own.sd();
      double known = effect.getValue().orThrow().standardError();
      // Adjusted in proportion, so that what is shared stays below each effect's variance.
      shared += base.sd() * base.sd() * known * known / unadjusted;
      total++;
    }
    shared = Math.min(shared / total, 0.999 * least);
    compared.put(spec.base(), new Posterior.OfMean(base.mean(), Math.sqrt(shared)));
    for (Map.Entry<String, Answer<Inference>> effect : effects.entrySet()) {
      Inference known = effect.getValue().orThrow();
      double variance = known.standardError() * known.standardError() - shared;
      compared.put(
          effect.getKey(),
          new Posterior.OfMean(base.mean() + known.estimate(), Math.sqrt(variance)));
    }
    return true;
  }
}
