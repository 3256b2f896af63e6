/**
 * Looking more than once without fooling oneself.
 *
 * <p>Read {@link dev.headrace.core.stats.sequential.AsymptoticSequence} for means that may be
 * watched all the time, and {@link dev.headrace.core.stats.sequential.GroupSequential} for a few
 * looks planned in advance.
 */
@NullMarked
package dev.headrace.core.stats.sequential;

import org.jspecify.annotations.NullMarked;
