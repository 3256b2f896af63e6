/** How a failure is told: one exception, a code per reason, a hint for the next step. */
@NullMarked
package dev.headrace.spi.error;

import org.jspecify.annotations.NullMarked;
