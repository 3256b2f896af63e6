/**
 * Nothing lost, nothing half-done: processes that are killed, run side by side, or meet a machine
 * and files that are not as they should be.
 *
 * <p>Read {@link dev.headrace.cli.crash.Workshop} (a project and what can be asked of it) and
 * {@link dev.headrace.cli.crash.Child} (a real process of Headrace) first.
 */
@NullMarked
package dev.headrace.cli.crash;

import org.jspecify.annotations.NullMarked;
