/**
 * SQL that means the same on every engine, as text files: a title, a statement, the rows.
 *
 * <p>{@link dev.headrace.testkit.conformance.ConformanceCase} says how the files read; {@link
 * dev.headrace.testkit.conformance.SqlConformance} is the suite an engine's module inherits.
 */
@NullMarked
package dev.headrace.testkit.conformance;

import org.jspecify.annotations.NullMarked;
