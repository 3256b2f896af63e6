package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.ArmSummary;
import dev.headrace.decisions.experiments.analysis.BestArm;
import dev.headrace.decisions.experiments.analysis.BestEffect;
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
import java.util.function.Function;

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
        // A mean times a count: whole but for its last digits.
        double counted = Math.rint(moments.sum(0));
        if (Math.abs(moments.sum(0) - counted) > 1e-9 * Math.max(1, Math.abs(counted))) {
          throw unfit(
              measured,
              "a gamma prior is for counts of a unit, and a variant's units have "
                  + moments.sum(0)
                  + " together");
        }
        yield counted < 0
            ? Answer.unknown(
                Answer.Reason.NOT_APPLICABLE, "events are counted, and their number is below zero")
            : Answer.of(Posterior.rate((double) moments.count(), counted, events, units));
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
   * Which variant is best. Variants with a prior of their own are compared by their posteriors;
   * others by their effects, so that what covariates and strata take away is taken away here too.
   * Empty where the data do not tell.
   *
   * @param effects posteriors of effects in the metric's unit, under the experiment's prior or a
   *     flat one
   */
  List<Standing> standings(
      Measured measured,
      Map<String, ArmStatistics> arms,
      boolean upIsGood,
      Function<Method, Map<String, Answer<Inference>>> effects) {
    Map<String, Posterior> posteriors = new LinkedHashMap<>();
    for (Map.Entry<String, ArmStatistics> arm : arms.entrySet()) {
      Optional<Posterior> own =
          areFor(measured)
              ? posterior(measured, arm.getValue()).known()
              : flat(measured, arm.getValue());
      if (own.isEmpty()) {
        return List.of();
      }
      posteriors.put(arm.getKey(), own.get());
    }
    Double ofEffects = spec.analysis().priorSd();
    String stated =
        prior(measured)
            .map(VariantPrior::toString)
            .orElse(
                ofEffects == null ? "flat" : "flat, effects normal(0, %s)".formatted(ofEffects));
    double level = 1 - spec.analysis().alpha();
    List<Standing> standings = new ArrayList<>();
    (areFor(measured)
            ? BestArm.of(upIsGood ? posteriors : negated(posteriors))
            : byEffects(posteriors, upIsGood, effects))
        .forEach(
            (variant, standing) -> {
              Interval interval =
                  Optional.ofNullable(posteriors.get(variant)).orElseThrow().credible(level);
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

  private static Map<String, Posterior> negated(Map<String, Posterior> posteriors) {
    Map<String, Posterior> negated = new LinkedHashMap<>(posteriors);
    negated.replaceAll((_, posterior) -> posterior.negated());
    return negated;
  }

  /** Of a variant by itself: as likely to have any value. */
  private static Optional<Posterior> flat(Measured measured, ArmStatistics arm) {
    ArmSummary summary =
        Analysis.of(AnalysisSpec.of(new Method.NormalZ()), measured.shape()).summarize(arm);
    return summary
        .value()
        .known()
        .flatMap(
            value ->
                summary
                    .standardError()
                    .known()
                    .filter(error -> error > 0)
                    .map(error -> new Posterior.OfMean(value, error)));
  }

  /** In the order of the posteriors; empty where an effect is unknown. */
  private Map<String, BestArm.Standing> byEffects(
      Map<String, Posterior> posteriors,
      boolean upIsGood,
      Function<Method, Map<String, Answer<Inference>>> effects) {
    Map<String, Inference> ofData = new LinkedHashMap<>();
    Map<String, Double> variances = new LinkedHashMap<>();
    Map<String, Answer<Inference>> flat = effects.apply(new Method.Bayes(Method.Prior.FLAT));
    Map<String, Answer<Inference>> believed =
        spec.analysis().priorSd() == null
            ? flat
            : effects.apply(JudgingMethod.of(spec, Optional.empty()).method());
    for (Map.Entry<String, Answer<Inference>> effect : flat.entrySet()) {
      Optional<Inference> known = effect.getValue().known();
      Optional<Inference> posterior =
          Optional.ofNullable(believed.get(effect.getKey())).flatMap(Answer::known);
      if (known.isEmpty() || posterior.isEmpty()) {
        return Map.of();
      }
      ofData.put(effect.getKey(), known.get());
      variances.put(effect.getKey(), square(posterior.get().standardError()));
    }
    double shared = shared(posteriors, ofData);
    Map<String, BestEffect.Effect> compared = new LinkedHashMap<>();
    ofData.forEach(
        (variant, known) -> {
          double variance = square(known.standardError());
          double posterior = Optional.ofNullable(variances.get(variant)).orElseThrow();
          compared.put(
              variant,
              new BestEffect.Effect(
                  upIsGood ? known.estimate() : -known.estimate(),
                  variance - shared,
                  Math.max(0, 1 / posterior - 1 / variance)));
        });
    Map<String, BestArm.Standing> found = BestEffect.of(spec.base(), shared, compared);
    Map<String, BestArm.Standing> ordered = new LinkedHashMap<>();
    posteriors
        .keySet()
        .forEach(
            variant -> ordered.put(variant, Optional.ofNullable(found.get(variant)).orElseThrow()));
    return ordered;
  }

  /**
   * What the baseline adds to the variance of every effect. Covariates and strata may have made
   * effects less uncertain: then the baseline's part in proportion, so that it stays below each.
   */
  private double shared(Map<String, Posterior> posteriors, Map<String, Inference> effects) {
    double base = variance(posteriors, spec.base());
    double least = Double.POSITIVE_INFINITY;
    double shared = 0;
    for (Map.Entry<String, Inference> effect : effects.entrySet()) {
      double known = square(effect.getValue().standardError());
      least = Math.min(least, known);
      shared += base * known / (base + variance(posteriors, effect.getKey()));
    }
    return Math.min(shared / effects.size(), 0.999 * least);
  }

  private static double variance(Map<String, Posterior> posteriors, String variant) {
    return posteriors.get(variant) instanceof Posterior.OfMean(double _, double sd)
        ? square(sd)
        : Double.NaN;
  }

  private static double square(double x) {
    return x * x;
  }
}
