/**
 * Statistics from numbers in memory: distributions, tests, intervals, corrections, power.
 *
 * <p>Read {@link dev.headrace.core.stats.Answer} first: everything that may be impossible for some
 * data comes back as a known value or as a reason, never as NaN. Then the rooms inside:
 *
 * <ul>
 *   <li>{@code distribution}: probabilities and quantiles, accurate in both tails;
 *   <li>{@code hypothesis}: tests on samples, counts and summaries;
 *   <li>{@code interval}: intervals for proportions, ratios and resampled statistics;
 *   <li>{@code sequential}: group-sequential bounds and confidence sequences;
 *   <li>{@code multiple}: corrections for many hypotheses;
 *   <li>{@code power}: power, sample size, detectable effect.
 * </ul>
 *
 * <p>The room reads no data, knows no table and no experiment, and never draws a random number
 * without a seed it was given. A wrong parameter, such as a level outside (0, 1), is the caller's
 * mistake and an {@link java.lang.IllegalArgumentException}.
 */
@NullMarked
package dev.headrace.core.stats;

import org.jspecify.annotations.NullMarked;
