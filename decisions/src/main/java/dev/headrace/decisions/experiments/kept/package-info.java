/**
 * The totals of units, kept so that a further day costs a day.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.kept.KeptTotals} (the front door), {@link
 * dev.headrace.decisions.experiments.kept.Advance} (what has to be computed since the last time)
 * and {@link dev.headrace.decisions.experiments.kept.Layers} (what is kept, one above the other).
 * Never says anything else than the whole statement would: deleting it loses time.
 */
@NullMarked
package dev.headrace.decisions.experiments.kept;

import org.jspecify.annotations.NullMarked;
