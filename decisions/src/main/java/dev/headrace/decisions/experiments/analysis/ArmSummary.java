package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;

/**
 * An arm by itself, never adjusted.
 *
 * @param units randomised units; observations for a quantile
 * @param value the metric: mean, share, ratio or quantile
 * @param standardError of the value
 */
public record ArmSummary(long units, Answer<Double> value, Answer<Double> standardError) {}
