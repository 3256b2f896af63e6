/**
 * Tables: one SQL statement each, built as a view, a table, or incrementally by time or by key.
 *
 * <p>Read {@link dev.headrace.data.tables.TableSpec} (what a user declares), {@link
 * dev.headrace.data.tables.TableKind} (what it reads) and {@link
 * dev.headrace.data.tables.TableBuilder} (how it is built) in that order. Never parses SQL itself
 * and never talks to an engine other than through its seam.
 */
@NullMarked
package dev.headrace.data.tables;

import org.jspecify.annotations.NullMarked;
