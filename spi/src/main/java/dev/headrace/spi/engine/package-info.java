/** The seam to what executes SQL over lake tables. */
@NullMarked
package dev.headrace.spi.engine;

import org.jspecify.annotations.NullMarked;
