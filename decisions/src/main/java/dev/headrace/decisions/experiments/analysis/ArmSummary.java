package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;

/**
 * An arm by itself, never adjusted.
 *
 * @param units randomised units; observations for a quantile
 * @param value the metric: mean, share, ratio or quantile
 * @param standardError of the value
 */
public record ArmSummary(long units, Answer<Double> value, Answer<Double> standardError) {
  /** Of the value, in standard errors; unknown with either. Infinite where nothing varies. */
  public Answer<Double> distanceFromZero() {
    return value instanceof Answer.Known<Double>(Double known)
        ? standardError.map(error -> known == 0 ? 0 : Math.abs(known) / error)
        : value;
  }
}
