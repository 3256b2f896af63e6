package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Outcome;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import java.util.Optional;
import java.util.function.Supplier;

/** What effects come to: better, worse, within a margin, not shown, unknown. */
public final class Outcomes {
  private final Judging judging;

  Outcomes(Judging judging) {
    this.judging = judging;
  }

  /** One effect, before any margin or correction. */
  Effect effect(String variant, Answer<Inference> answer, boolean upIsGood) {
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
            finite(
                inference instanceof Inference.Effect test
                    ? test.statistic()
                    : inference.estimate() / inference.standardError()),
            p,
            Optional.empty(),
            Optional.empty(),
            better,
            inference.varianceReduction(),
            outcome(inference.estimate(), upIsGood, p, better),
            Optional.empty());
      }
    };
  }

  static Effect unknown(String variant, String reason) {
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
        Optional.empty(),
        0,
        Outcome.UNKNOWN,
        Optional.of(reason));
  }

  static Optional<Double> finite(double number) {
    return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
  }

  private Outcome outcome(
      double estimate, boolean upIsGood, Optional<Double> p, Optional<Double> better) {
    double alpha = judging.alpha();
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

  /**
   * A guardrail with a margin passes if its interval shows that it is no worse than the margin
   * allows, even where it is a little worse. One that must stay the same passes if the interval
   * lies between both margins; being better is no excuse.
   */
  static Effect guarded(
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
}
