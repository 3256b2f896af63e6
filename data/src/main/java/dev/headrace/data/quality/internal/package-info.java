/**
 * How checks and profiles become SQL: quoting, typed literals, one scan for many predicates.
 *
 * <p>Read {@link dev.headrace.data.quality.internal.Sql} and {@link
 * dev.headrace.data.quality.internal.Literals} first. Never executes anything.
 */
@NullMarked
package dev.headrace.data.quality.internal;

import org.jspecify.annotations.NullMarked;
