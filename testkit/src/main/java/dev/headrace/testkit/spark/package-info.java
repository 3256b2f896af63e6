/**
 * A Spark to test against: an installation, and a cluster of one worker.
 *
 * <p>Read {@link dev.headrace.testkit.spark.SparkHome} and {@link
 * dev.headrace.testkit.spark.StandaloneCluster}. Both are made of the libraries that Maven fetches;
 * nothing of Spark is loaded into the test's own process.
 */
@NullMarked
package dev.headrace.testkit.spark;

import org.jspecify.annotations.NullMarked;
