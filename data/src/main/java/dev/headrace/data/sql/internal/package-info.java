/** The walks over DuckDB's syntax tree. Closed to other rooms. */
@NullMarked
package dev.headrace.data.sql.internal;

import org.jspecify.annotations.NullMarked;
