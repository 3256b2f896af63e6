package dev.headrace.ml.learn.curve;

import dev.headrace.core.stats.Interval;

/** What a learning curve says of a model. The rule is {@link #of}. */
public enum Verdict {
  /** Test rows are predicted no better than without features. */
  NOTHING_LEARNT(
      "nothing learnt: test rows are predicted no better than without features; look for features"
          + " that have to do with the label"),
  /** The last doubling of the rows made the model better. */
  MORE_ROWS("still learning: the last doubling of the rows helped, and more rows are likely to"),
  /** Training rows are predicted much better than test rows, and more rows did not help. */
  VARIANCE(
      "variance: much of what is learnt of the training rows does not hold for others; fewer"
          + " features, a simpler learner or a stronger penalty may help"),
  /** Training and test rows are predicted alike, and more rows did not help. */
  BIAS_OR_NOISE(
      "bias, or noise: training rows are predicted hardly better than others, and more rows did not"
          + " help; better features or a more flexible learner may, if anything does");

  /** The share of what is learnt that may be lost on test rows. */
  static final double MOST_LOST = 0.25;

  /** The share of what is gained over the baseline that a doubling has to add. */
  static final double WORTH_ROWS = 0.01;

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /**
   * The first that holds: nothing is learnt unless the gain over the baseline is surely above 0;
   * more rows help if the gain of the last doubling is, and is a hundredth of the gain over the
   * baseline; it is variance if a quarter of what was learnt of the training rows is lost on the
   * test rows; it is bias or noise otherwise.
   *
   * @param overBaseline what the model of all rows is better by on test rows, with its interval
   * @param lastDoubling what doubling the rows made it better by on test rows
   * @param lost share of what it is better by on its training rows that it is not on test rows
   */
  static Verdict of(Gain overBaseline, Gain lastDoubling, double lost) {
    if (overBaseline.interval().lower() <= 0) {
      return NOTHING_LEARNT;
    }
    if (lastDoubling.interval().lower() > 0
        && lastDoubling.estimate() >= WORTH_ROWS * overBaseline.estimate()) {
      return MORE_ROWS;
    }
    return lost >= MOST_LOST ? VARIANCE : BIAS_OR_NOISE;
  }

  /**
   * How much better, in units of the metric, whichever way is better.
   *
   * @param interval 95 %, from resamples of the same test rows for both
   */
  public record Gain(double estimate, Interval interval) {}
}
