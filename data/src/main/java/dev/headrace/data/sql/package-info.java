/**
 * What a SQL text says: the tables it reads, its parameters, the functions it calls, the columns
 * each result column comes from.
 *
 * <p>Read {@link dev.headrace.data.sql.SqlAnalyzer} first, then {@link
 * dev.headrace.data.sql.SqlAnalysis}. The text is parsed by DuckDB's own parser; nothing here
 * executes a query or opens a file of the user.
 */
@NullMarked
package dev.headrace.data.sql;

import org.jspecify.annotations.NullMarked;
