/**
 * What units add up to, by walking through rows once: an engine reads rows and says which
 * conditions hold, and this room adds, unit by unit, in memory outside the heap.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.walk.UnitWalk} (the front door: what can be
 * walked, and how), {@link dev.headrace.decisions.experiments.walk.UnitTable} (a row per unit, as
 * narrow as its numbers are) and {@link dev.headrace.decisions.experiments.walk.UnitSums} (their
 * sums). Never gives another number than the statements of {@code scan}: all of it is whole
 * numbers, and what is none is left to those.
 */
@NullMarked
package dev.headrace.decisions.experiments.walk;

import org.jspecify.annotations.NullMarked;
