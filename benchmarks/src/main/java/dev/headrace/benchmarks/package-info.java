/**
 * Speed, measured side by side with the peers in one run. Every class with a {@code main} is one
 * benchmark; nothing here is used by the product.
 */
@NullMarked
package dev.headrace.benchmarks;

import org.jspecify.annotations.NullMarked;
