/**
 * The inside of the simulator: population, traffic, auctions, outcomes and files.
 *
 * <p>Read {@link dev.headrace.decisions.adworld.internal.Simulation} first: it is the loop.
 */
@NullMarked
package dev.headrace.decisions.adworld.internal;

import org.jspecify.annotations.NullMarked;
