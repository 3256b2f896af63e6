/** Whole projects on Spark, and Spark as an outside program, as users run them. */
@NullMarked
package dev.headrace.cli.spark;

import org.jspecify.annotations.NullMarked;
