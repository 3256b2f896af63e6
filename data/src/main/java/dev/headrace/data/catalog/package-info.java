/**
 * What is known of a table: who makes it, what it looks like now, where its columns come from.
 *
 * <p>Read {@link dev.headrace.data.catalog.Catalog} first; it answers with {@link
 * dev.headrace.data.catalog.TableReport} and {@link dev.headrace.data.catalog.ColumnOrigins}. Never
 * changes anything, and never guesses: what cannot be told is absent or unknown.
 */
@NullMarked
package dev.headrace.data.catalog;

import org.jspecify.annotations.NullMarked;
