/**
 * Intervals: {@link dev.headrace.core.stats.interval.Share} for one proportion, {@link
 * dev.headrace.core.stats.interval.TwoShares} for two, {@link
 * dev.headrace.core.stats.interval.Resampling} for whatever can be computed from a sample.
 */
@NullMarked
package dev.headrace.core.stats.interval;

import org.jspecify.annotations.NullMarked;
