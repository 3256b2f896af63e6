/**
 * The Spark engine: SQL over lake tables, run by a Spark in a process of its own.
 *
 * <p>Read {@link SparkEngine} (the seam) and {@link SparkDriver} (the process) first. A query's
 * text is carried over to Spark's lexical rules ({@link SparkText}), sent to the driver with the
 * files it reads, and its rows or written files come back. Nothing of Spark is ever loaded into
 * this process.
 */
@NullMarked
package dev.headrace.spark;

import org.jspecify.annotations.NullMarked;
