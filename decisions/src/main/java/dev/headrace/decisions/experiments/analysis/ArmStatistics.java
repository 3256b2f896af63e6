package dev.headrace.decisions.experiments.analysis;

/** What is known of one metric in one arm. */
public sealed interface ArmStatistics permits Moments, QuantileMoments {
  /** Randomised units (for quantiles: observations) behind it. */
  long count();
}
