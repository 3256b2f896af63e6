/**
 * The process Headrace runs in: its environment, its signals, its log.
 *
 * <p>Read {@link dev.headrace.cli.process.Ambient} first: the only class that asks the machine for
 * the time, the environment or a directory. Never prints; that is the console's.
 */
@NullMarked
package dev.headrace.cli.process;

import org.jspecify.annotations.NullMarked;
