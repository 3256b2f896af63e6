/**
 * Where a unit falls: from the text of a salt and a unit to a place on the line from 0 to 1.
 *
 * <p>Read {@link dev.headrace.decisions.assignment.hash.Buckets} first, which is the scheme of
 * Headrace, then {@link dev.headrace.decisions.assignment.hash.Hashing}, which names those of other
 * systems, so that units keep their variants when an experiment moves here. Pure arithmetic: no
 * state, no allocation beyond the text's bytes, the same on every machine.
 */
@NullMarked
package dev.headrace.decisions.assignment.hash;

import org.jspecify.annotations.NullMarked;
