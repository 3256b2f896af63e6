/**
 * Which of two rankings, mixed into one list, units prefer.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.interleaving.InterleavingRequest} and {@link
 * dev.headrace.decisions.experiments.interleaving.InterleavingScan}: one statement, then counts.
 * Tells a preference, never an effect.
 */
@NullMarked
package dev.headrace.decisions.experiments.interleaving;

import org.jspecify.annotations.NullMarked;
