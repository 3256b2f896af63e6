package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.hypothesis.ShareTest;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.interval.Resampling;

/**
 * Two rankings mixed into one result list by team draft (F. Radlinski, M. Kurup and T. Joachims,
 * "How does clickthrough data reflect retrieval quality?", CIKM 2008): whose results are clicked
 * more. The unit is what was randomised independently, a user or a session; its score is clicks on
 * B's results minus clicks on A's. Needs one to two orders of magnitude fewer units than an A/B
 * test of the same rankings (O. Chapelle et al., ACM TOIS 30, 2012), but tells a preference, not an
 * effect on a metric.
 */
public final class Interleaving {
  private Interleaving() {}

  /**
   * The outcome.
   *
   * @param preference (units for B + ties / 2) / units - 1/2: in [-1/2, 1/2], positive for B
   * @param interval of the preference; over units, which are independent of each other
   * @param signTest exact binomial test among units that prefer one: of no preference
   */
  public record Outcome(
      long forA,
      long forB,
      long ties,
      double preference,
      Answer<Interval> interval,
      Answer<TestResult> signTest) {}

  /** Units that prefer a ranking, from which on their mean vote is nearly normal. */
  private static final long FEWEST_DECIDED = 20;

  /**
   * From the numbers of units that prefer A, that prefer B, and that prefer neither. The interval
   * is the normal one of the mean vote, to which the bootstrap's tends; unknown below 20 units that
   * prefer one.
   */
  public static Answer<Outcome> ofCounts(long forA, long forB, long ties, double alpha) {
    long units = forA + forB + ties;
    if (units < 2) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are " + units + " units");
    }
    long decided = forA + forB;
    double preference = (forB - forA) / (2.0 * units);
    double variance = (decided / (4.0 * units) - preference * preference) / (units - 1);
    Answer<Interval> interval =
        decided < FEWEST_DECIDED
            ? Answer.unknown(
                Reason.TOO_FEW_VALUES,
                "%d units prefer either ranking, an interval takes %d"
                    .formatted(decided, FEWEST_DECIDED))
            : Answer.of(
                Interval.around(
                    preference,
                    Normal.upperQuantile(alpha / 2) * Math.sqrt(Math.max(0, variance)),
                    Alternative.TWO_SIDED));
    return Answer.of(new Outcome(forA, forB, ties, preference, interval, sign(forA, forB)));
  }

  private static Answer<TestResult> sign(long forA, long forB) {
    return forA + forB == 0
        ? Answer.unknown(Reason.TOO_FEW_VALUES, "no unit prefers either ranking")
        : Answer.of(ShareTest.binomial(forB, forA + forB, 0.5, Alternative.TWO_SIDED));
  }

  /** From one score per unit; the interval by bootstrap. */
  public static Answer<Outcome> of(double[] scores, double alpha, int rounds, long seed) {
    if (scores.length < 2) {
      return Answer.unknown(Reason.TOO_FEW_VALUES, "there are " + scores.length + " units");
    }
    double[] votes = new double[scores.length];
    long forA = 0;
    long forB = 0;
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        return Answer.unknown(Reason.NOT_FINITE, "a score is not a number");
      }
      votes[i] = Math.signum(scores[i]) / 2;
      forA += scores[i] < 0 ? 1 : 0;
      forB += scores[i] > 0 ? 1 : 0;
    }
    double preference = (forB - forA) / (2.0 * scores.length);
    return Answer.of(
        new Outcome(
            forA,
            forB,
            scores.length - forA - forB,
            preference,
            new Resampling(rounds, seed, alpha).percentile(votes, Interleaving::mean),
            sign(forA, forB)));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
