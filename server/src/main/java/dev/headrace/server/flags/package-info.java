/**
 * Flags over OFREP, {@code /ofrep/v1}: the OpenFeature Remote Evaluation Protocol, version 0.3.0,
 * over {@link dev.headrace.decisions.assignment.Flags}.
 *
 * <p>Read {@link dev.headrace.server.flags.OfrepRoutes} first. Translates only: what a unit gets is
 * decided beneath.
 */
@NullMarked
package dev.headrace.server.flags;

import org.jspecify.annotations.NullMarked;
