/**
 * The default engine: DuckDB in this process, confined to the project's directories.
 *
 * <p>Read {@link dev.headrace.data.duckdb.DuckDbEngine} first: it runs what users write. {@link
 * dev.headrace.data.duckdb.DuckDb} gives bare connections for SQL that this floor writes itself.
 * Nothing here knows of the catalog, of commits or of the ledger.
 */
@NullMarked
package dev.headrace.data.duckdb;

import org.jspecify.annotations.NullMarked;
