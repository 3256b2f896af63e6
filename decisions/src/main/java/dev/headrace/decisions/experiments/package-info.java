/**
 * Experiments: who was shown what, and what that changed.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.ExperimentSpec} (what a user declares) and
 * {@link dev.headrace.decisions.experiments.Experiments} (the front door). One statement per
 * experiment reads each fact table once and delivers sums per variant ({@link
 * dev.headrace.decisions.experiments.UnitScan}); the statistics work on those alone, in {@code
 * analysis}; {@link dev.headrace.decisions.experiments.KeptTotals} brings the sums of yesterday
 * forward; {@link dev.headrace.decisions.experiments.Verdict} says in one sentence what follows.
 * Never reads a clock: whether an experiment is over is told by its data.
 */
@NullMarked
package dev.headrace.decisions.experiments;

import org.jspecify.annotations.NullMarked;
