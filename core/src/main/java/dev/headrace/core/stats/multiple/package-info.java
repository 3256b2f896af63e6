/**
 * Many hypotheses at once. {@link dev.headrace.core.stats.multiple.Correction} adjusts p-values,
 * {@link dev.headrace.core.stats.multiple.SimultaneousIntervals} the intervals that go with them.
 */
@NullMarked
package dev.headrace.core.stats.multiple;

import org.jspecify.annotations.NullMarked;
