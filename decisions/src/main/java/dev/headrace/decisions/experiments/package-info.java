/**
 * Experiments: who was shown what, and what that changed.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.Experiments}, the front door, and then the
 * rooms in the order in which an analysis passes them: {@code spec} (what a user declares), {@code
 * scan} (one statement delivers sums per variant), {@code walk} (the same, added up here), {@code
 * kept} (the sums of yesterday, brought forward), {@code analysis} (effects with intervals, from
 * sums alone), {@code judging} (as the experiment declares it), {@code health} (can it be
 * trusted?), {@code report} (what comes back) and {@code page} (the same as a page). Beside them,
 * {@code planning} and {@code proof} ask the past, {@code interleaving} compares rankings. Each
 * knows only those before it. Never reads a clock: whether an experiment is over is told by its
 * data.
 */
@NullMarked
package dev.headrace.decisions.experiments;

import org.jspecify.annotations.NullMarked;
