/**
 * Who gets what: flags, experiments and the arithmetic that assigns units to variants.
 *
 * <p>Read {@link dev.headrace.decisions.assignment.FlagSpec} first, which is what a user declares,
 * then {@link dev.headrace.decisions.assignment.FlagSet}, which evaluates. Evaluating is pure: the
 * same flags, attributes, stops and instant give the same answer on every machine, and {@link
 * dev.headrace.decisions.assignment.Explanation} shows each step of it. Never touches data; what
 * was given to whom goes to {@link dev.headrace.decisions.assignment.ExposureLog}.
 */
@NullMarked
package dev.headrace.decisions.assignment;

import org.jspecify.annotations.NullMarked;
