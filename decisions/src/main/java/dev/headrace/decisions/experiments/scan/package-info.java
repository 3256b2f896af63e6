/**
 * One statement per experiment, from assignments and fact tables to sums per variant.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.scan.UnitScan}: units first, then what each
 * adds up to, then sums and sums of products; {@link
 * dev.headrace.decisions.experiments.scan.QuantileScan} for what does not add up. {@link
 * dev.headrace.decisions.experiments.scan.Scanner} executes them, {@link
 * dev.headrace.decisions.experiments.scan.Sums} is what they deliver. Judges nothing; sums are
 * exact, so that no order of rows and no engine changes them.
 */
@NullMarked
package dev.headrace.decisions.experiments.scan;

import org.jspecify.annotations.NullMarked;
