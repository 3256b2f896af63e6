/**
 * Probability distributions as static functions of doubles.
 *
 * <p>Every distribution has {@code lower} (the probability of at most x) and {@code upper} (of more
 * than x), each accurate relative to itself: a p-value of 1e-200 is right to as many digits as one
 * of 0.2. Quantiles invert the smaller of the two. {@code docs/decisions/0023} tells what was
 * measured, and why Hipparchus is used beneath for the logarithm of gamma only.
 */
@NullMarked
package dev.headrace.core.stats.distribution;

import org.jspecify.annotations.NullMarked;
