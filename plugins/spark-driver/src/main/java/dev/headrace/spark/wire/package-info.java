/**
 * The words that Headrace and its Spark driver speak over loopback HTTP.
 *
 * <p>Read {@link Work} (what is asked) and {@link Frames} (what comes back) first. Both processes
 * load these classes, so they know neither Spark nor the rest of Headrace, and never will.
 */
@NullMarked
package dev.headrace.spark.wire;

import org.jspecify.annotations.NullMarked;
