package dev.headrace.decisions.experiments.judging;

import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Optional;

/** The method that an experiment's keys ask for, and its words. */
public record JudgingMethod(ExperimentSpec spec, Optional<DueLook> look, Method method) {
  /** Units in two arms at which a confidence sequence is tightest; GrowthBook's customary value. */
  private static final double TUNED_FOR = 5_000;

  /** The relative effect that plans have where none is declared. */
  private static final double EXPECTED = 0.05;

  /** As declared. */
  static JudgingMethod of(ExperimentSpec spec, Optional<DueLook> look) {
    return of(spec, look, spec.analysis().alpha());
  }

  /**
   * @param look of a group-sequential design, where it is one
   * @param intervalAlpha of intervals, which the bound of a look depends on
   */
  static JudgingMethod of(ExperimentSpec spec, Optional<DueLook> look, double intervalAlpha) {
    return new JudgingMethod(
        spec,
        look,
        look.<Method>map(due -> new Method.GroupSequentialLook(due.criticalZ(intervalAlpha)))
            .orElseGet(() -> method(spec)));
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
                judging.test() == ExperimentSpec.Tails.T
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

  /**
   * The looks of a design, as planning knows them.
   *
   * @param alpha what is left of the experiment's for one comparison
   */
  public static PlanSpec.Looks looks(ExperimentSpec spec, double alpha) {
    Judging judging = spec.analysis();
    ExperimentSpec.Period period = spec.period();
    if (judging.sequential() == Sequential.GROUP && judging.group() != null && period != null) {
      return new PlanSpec.Looks.Groups(DueLook.planned(judging.group(), period, alpha));
    }
    return switch (method(spec)) {
      case Method.AnyTime(double tunedFor) -> new PlanSpec.Looks.AnyTime(tunedFor, judging.alpha());
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
        };
    return tests
        + effects()
        + cuped()
        + (spec.analysis().stratify().isEmpty()
            ? ""
            : ", post-stratified by " + String.join(" and ", spec.analysis().stratify()))
        + priors()
        + (method instanceof Method.Bayes
            ? ""
            : ", goals corrected by "
                + spec.analysis().correction().name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private String effects() {
    if (spec.analysis().effect() == Scale.ABSOLUTE) {
      return ", absolute effects";
    }
    return spec.analysis().interval() == RelativeInterval.DELTA
        ? ", relative effects by the delta method"
        : ", relative effects by Fieller's theorem";
  }

  private String cuped() {
    ExperimentSpec.Cuped cuped = spec.analysis().cuped();
    return cuped == null
        ? ""
        : cuped.covariates().isEmpty()
            ? ", CUPED"
            : ", CUPED with " + String.join(" and ", cuped.covariates());
  }

  private String priors() {
    return spec.analysis().priors().isEmpty()
        ? ""
        : ", variants' posteriors of " + String.join(" and ", spec.analysis().priors().keySet());
  }
}
