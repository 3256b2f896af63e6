/**
 * The program in Spark's own process: it takes {@link dev.headrace.spark.wire.Work} over loopback
 * HTTP, runs it with Spark and sends back rows or the files it has written.
 *
 * <p>Read {@link DriverMain}, then {@link WorkRun}. A text may read what it was given and nothing
 * else ({@link Guard}); files are read and written in the directories of the work only. The program
 * knows nothing of catalogs, ledgers or projects.
 */
@NullMarked
package dev.headrace.spark.driver;

import org.jspecify.annotations.NullMarked;
