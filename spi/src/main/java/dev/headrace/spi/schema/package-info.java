/** Columns and types of a table, with the field ids that survive a rename. */
@NullMarked
package dev.headrace.spi.schema;

import org.jspecify.annotations.NullMarked;
