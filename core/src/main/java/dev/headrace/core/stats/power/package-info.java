/**
 * Planning before any data: what a test will see. {@link dev.headrace.core.stats.power.Power} has
 * the tests' power, {@link dev.headrace.core.stats.power.SampleSize} turns the question round.
 */
@NullMarked
package dev.headrace.core.stats.power;

import org.jspecify.annotations.NullMarked;
