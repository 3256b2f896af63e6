/**
 * How the tables of two environments, or of two moments, differ.
 *
 * <p>Read {@link dev.headrace.data.diff.EnvironmentDiff} first, then {@link
 * dev.headrace.data.diff.RowComparer}, which also serves whoever has to show that two engines give
 * the same rows. Never changes anything.
 */
@NullMarked
package dev.headrace.data.diff;

import org.jspecify.annotations.NullMarked;
