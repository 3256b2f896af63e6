/**
 * From sums to judged metrics: methods, outcomes, strata, levels, days, looks, beliefs.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.judging.Judgement}, which judges one metric,
 * and {@link dev.headrace.decisions.experiments.judging.JudgingMethod}, which says by what. The
 * arithmetic itself is in {@code analysis}. Reads no table, but for {@link
 * dev.headrace.decisions.experiments.judging.CrossChecks}, which needs every unit's value.
 */
@NullMarked
package dev.headrace.decisions.experiments.judging;

import org.jspecify.annotations.NullMarked;
