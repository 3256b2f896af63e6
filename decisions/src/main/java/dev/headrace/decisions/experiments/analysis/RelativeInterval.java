package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.project.spec.Doc;

/** Where a relative effect has its interval from, and its p-value or posterior. */
public enum RelativeInterval {
  /**
   * Of an effect e of B on T the test of T - (1 + e) B = 0, and the interval of all e that it does
   * not reject (E. Fieller, "Some problems in interval estimation", JRSS B 16, 1954). No effect is
   * rejected exactly where the test of the absolute effect rejects it, with as many errors to
   * either side. Where the baseline itself may be zero the interval has one end or none.
   */
  @Doc(
      "Fieller's: p is that of the absolute effect, the interval is right however near zero the"
          + " baseline is.")
  FIELLER,

  /**
   * The relative effect is taken for normal, with the variance of its tangent. Where the baseline
   * lies within some 20 standard errors of zero it errs to one side: see {@code NearZero}.
   */
  @Doc("The delta method: symmetric, right where the baseline is many standard errors from zero.")
  DELTA
}
