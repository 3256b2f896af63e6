/**
 * Proof on a metric's own values: experiments are drawn from what units really did, with no effect
 * and with a known one, and each method is asked what it makes of them.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.proof.Proof} first. Works on one array per
 * metric; never reads a table or a clock, and the same seed gives the same figures whatever the
 * number of cores.
 */
@NullMarked
package dev.headrace.decisions.experiments.proof;

import org.jspecify.annotations.NullMarked;
