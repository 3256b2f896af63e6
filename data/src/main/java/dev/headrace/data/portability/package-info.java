/**
 * Whether SQL means the same on every engine.
 *
 * <p>Read {@link dev.headrace.data.portability.PortabilityChecker} first, then {@link
 * dev.headrace.data.portability.PortabilityRules}. What is portable is not written here: the
 * conformance suite shows it, and the list of its constructs is cut from the suite. What is not,
 * and what to write instead, are rules in a text file; a test runs both sides of every rule on both
 * engines. Nothing here runs a query or reads a row.
 */
@NullMarked
package dev.headrace.data.portability;

import org.jspecify.annotations.NullMarked;
