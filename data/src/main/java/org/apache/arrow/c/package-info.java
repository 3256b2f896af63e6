/**
 * One name that DuckDB's driver looks for; nothing of the Arrow project is in here.
 *
 * <p>{@link org.apache.arrow.c.ArrowArrayStream} says where a stream of the Arrow C data interface
 * lies. It never reads or writes one: {@code dev.headrace.data.duckdb} does.
 */
@NullMarked
package org.apache.arrow.c;

import org.jspecify.annotations.NullMarked;
