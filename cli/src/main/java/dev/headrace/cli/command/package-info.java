/**
 * The commands: one class each, which says what it takes in picocli's annotations and does it in
 * {@link dev.headrace.cli.command.Action#run}.
 *
 * <p>Read {@link dev.headrace.cli.command.Action} and {@link dev.headrace.cli.command.Invocation}
 * first; {@link dev.headrace.cli.command.RootCommand} lists them all. A command translates: it asks
 * a room for a report and prints it. Never computes, never catches what it cannot improve.
 */
@NullMarked
package dev.headrace.cli.command;

import org.jspecify.annotations.NullMarked;
