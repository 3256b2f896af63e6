package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.hypothesis.ShareTest;
import dev.headrace.core.stats.interval.TwoShares;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.Scale;

/**
 * The z test of two shares, which takes its variance under the hypothesis that both are equal. So
 * does the interval, under each effect that it holds: R. Mee's of differences, P. Koopman's of
 * ratios (both Biometrics 40, 1984), so that it leaves out zero exactly where the test rejects. It
 * needs no variance within an arm: none of one arm and some of the other may well differ.
 */
final class SharesByZ {
  private final long successes;
  private final long units;
  private final long ofBase;
  private final long baseUnits;

  private SharesByZ(Moments baseline, Moments treatment) {
    successes = Math.round(treatment.sum(0));
    units = treatment.count();
    ofBase = Math.round(baseline.sum(0));
    baseUnits = baseline.count();
  }

  /** Whether a metric without covariates is judged by it. */
  static boolean isFor(AnalysisSpec wanted, MetricShape shape) {
    return wanted.method() instanceof Method.NormalZ
        && shape instanceof MetricShape.Proportion(int covariates)
        && covariates == 0;
  }

  /**
   * @param usual what is told of means, which takes each arm's own variance
   */
  static Answer<Inference> of(
      Answer<Inference> usual, Moments baseline, Moments treatment, AnalysisSpec wanted) {
    boolean oneVaries =
        usual instanceof Answer.Unknown<Inference>(Reason reason, String _)
            && reason == Reason.NO_VARIANCE;
    if (!oneVaries && usual.known().isEmpty()) {
      return usual;
    }
    return new SharesByZ(baseline, treatment).judged(wanted, usual);
  }

  private Answer<Inference> judged(AnalysisSpec wanted, Answer<Inference> usual) {
    boolean relative = wanted.scale() == Scale.RELATIVE;
    if (relative && ofBase == 0) {
      return successes == 0
          ? usual
          : Answer.unknown(
              Reason.ZERO_BASELINE,
              "no unit of the baseline has it, so there is no relative effect: say 'effect:"
                  + " absolute'");
    }
    TwoShares shares = new TwoShares(successes, units, ofBase, baseUnits);
    Interval interval =
        relative
            ? shares.koopman(wanted.intervalAlpha()).plus(-1)
            : shares.mee(wanted.intervalAlpha());
    return ShareTest.twoShares(
            successes, units, ofBase, baseUnits, ShareTest.Variance.POOLED, Alternative.TWO_SIDED)
        .map(
            test ->
                new Inference.Effect(
                    relative ? share() / baseShare() - 1 : share() - baseShare(),
                    standardError(relative),
                    interval,
                    test.statistic(),
                    test.pValue(),
                    Double.POSITIVE_INFINITY,
                    0));
  }

  private double share() {
    return (double) successes / units;
  }

  private double baseShare() {
    return (double) ofBase / baseUnits;
  }

  /** Of the estimate, by the arms' own variances, as everywhere. */
  private double standardError(boolean relative) {
    double own = share() * (1 - share()) / units;
    double base = baseShare() * (1 - baseShare()) / baseUnits;
    double ratio = share() / baseShare();
    return relative ? Math.sqrt(own + ratio * ratio * base) / baseShare() : Math.sqrt(own + base);
  }
}
