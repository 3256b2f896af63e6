package dev.headrace.decisions.experiments.proof;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.hypothesis.ShareTest;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.Spending;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;
import dev.headrace.decisions.experiments.analysis.ArmStatistics;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.NearZero;
import dev.headrace.decisions.experiments.analysis.Scale;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A method on trial.
 *
 * @param promises whether it claims to keep its level, as one that is looked at too often does not
 * @param atLook how each look is judged; the last look alone where there is one
 */
record Candidate(String name, boolean promises, boolean pooled, List<Analysis> atLook) {
  /** Units in two arms at which the sequence is tightest, as experiments have it. */
  private static final double TUNED_FOR = 5_000;

  /** What can be asked of a metric of this shape. */
  static List<Candidate> of(MetricShape shape, ProofSpec spec) {
    boolean adjustable = shape.columns() > shape.inputs();
    List<Adjustment> adjustments =
        adjustable ? List.of(Adjustment.NONE, Adjustment.CUPED) : List.of(Adjustment.NONE);
    List<GroupSequential.Look> bounds =
        GroupSequential.bounds(
            new Spending.OBrienFleming(),
            spec.alpha(),
            Alternative.TWO_SIDED,
            IntStream.rangeClosed(1, spec.looks())
                .mapToDouble(look -> (double) look / spec.looks())
                .toArray());
    List<Candidate> candidates = new ArrayList<>();
    for (Adjustment adjustment : adjustments) {
      String with = adjustment == Adjustment.CUPED ? ", CUPED" : "";
      candidates.add(
          once("Welch's t" + with, analysis(new Method.WelchT(), adjustment, shape, spec)));
      if (shape instanceof MetricShape.Proportion && adjustment == Adjustment.NONE) {
        candidates.add(
            new Candidate(
                "z, pooled variance",
                true,
                true,
                List.of(analysis(new Method.NormalZ(), adjustment, shape, spec))));
      }
      candidates.add(
          atEveryLook(
              "confidence sequence" + with,
              true,
              analysis(new Method.AnyTime(TUNED_FOR), adjustment, shape, spec),
              spec));
      Method mixture = new Method.MixtureSprt(Math.abs(spec.effect()), Scale.RELATIVE);
      candidates.add(
          atEveryLook(
              "mixture SPRT" + with, true, analysis(mixture, adjustment, shape, spec), spec));
      if (spec.looks() > 1) {
        candidates.add(
            new Candidate(
                "group-sequential" + with,
                true,
                false,
                bounds.stream()
                    .map(
                        look ->
                            analysis(
                                new Method.GroupSequentialLook(Math.min(1e3, look.criticalZ())),
                                adjustment,
                                shape,
                                spec))
                    .toList()));
      }
    }
    candidates.add(
        once(
            "posterior, flat prior",
            analysis(new Method.Bayes(Method.Prior.FLAT), Adjustment.NONE, shape, spec)));
    if (spec.looks() > 1) {
      candidates.add(
          atEveryLook(
              "Welch's t at every look",
              false,
              analysis(new Method.WelchT(), Adjustment.NONE, shape, spec),
              spec));
    }
    return candidates;
  }

  private static Candidate atEveryLook(
      String name, boolean promises, Analysis analysis, ProofSpec spec) {
    return new Candidate(name, promises, false, Collections.nCopies(spec.looks(), analysis));
  }

  private static Candidate once(String name, Analysis analysis) {
    return new Candidate(name, true, false, List.of(analysis));
  }

  private static Analysis analysis(
      Method method, Adjustment adjustment, MetricShape shape, ProofSpec spec) {
    return Analysis.of(
        AnalysisSpec.of(method).withAlpha(spec.alpha()).withAdjustment(adjustment), shape);
  }

  /** What came of one experiment. */
  record Outcome(
      boolean answered, boolean falseAlarm, boolean covered, boolean seen, double width) {}

  Outcome judge(List<Look> looks, ProofSpec spec, double truth) {
    boolean answered = false;
    boolean falseAlarm = false;
    boolean covered = true;
    boolean seen = false;
    double width = Double.POSITIVE_INFINITY;
    int first = Math.max(0, looks.size() - atLook.size());
    for (int i = first; i < looks.size(); i++) {
      Look look = looks.get(i);
      Analysis analysis = atLook.get(atLook.size() - (looks.size() - i));
      Answer<Inference> nothing = told(analysis, look.baseline(), look.untouched());
      Answer<Inference> something = told(analysis, look.baseline(), look.treated());
      if (nothing instanceof Answer.Known<Inference>(Inference none)) {
        falseAlarm |= rejects(none, look.baseline(), look.untouched(), spec.alpha());
      }
      if (something instanceof Answer.Known<Inference>(Inference some)) {
        answered = true;
        covered &= some.interval().contains(truth);
        boolean right = Math.signum(some.estimate()) == Math.signum(truth);
        seen |= right && rejects(some, look.baseline(), look.treated(), spec.alpha());
        width = Math.min(width, some.interval().width());
      }
    }
    return new Outcome(answered, falseAlarm, covered, seen, width);
  }

  /** What a report would tell. */
  private Answer<Inference> told(
      Analysis analysis, ArmStatistics baseline, ArmStatistics treatment) {
    Answer<Inference> effect = analysis.compare(baseline, treatment);
    return pooled
        ? effect
        : NearZero.guarded(effect, analysis.summarize(baseline), analysis.spec());
  }

  private boolean rejects(
      Inference inference, ArmStatistics control, ArmStatistics treated, double alpha) {
    if (!pooled
        || !(control instanceof Moments baseline)
        || !(treated instanceof Moments treatment)) {
      return !inference.interval().contains(0);
    }
    return ShareTest.twoShares(
            Math.round(treatment.sum(0)),
            treatment.count(),
            Math.round(baseline.sum(0)),
            baseline.count(),
            ShareTest.Variance.POOLED,
            Alternative.TWO_SIDED)
        .known()
        .filter(test -> test.pValue() <= alpha)
        .isPresent();
  }
}
