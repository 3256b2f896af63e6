/**
 * The {@code headrace} command.
 *
 * <p>{@link dev.headrace.cli.Main} starts the process, {@link dev.headrace.cli.CommandRunner} runs
 * one command line and turns every ending into text and an exit code. The commands themselves are
 * in {@code command}, what they print with in {@code console}, what they are wired from in {@code
 * compose}. Nothing here computes anything about data.
 */
@NullMarked
package dev.headrace.cli;

import org.jspecify.annotations.NullMarked;
