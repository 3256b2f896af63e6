/**
 * What a user sees: results on standard output, everything else on standard error.
 *
 * <p>Read {@link dev.headrace.cli.console.Console} first; then {@link
 * dev.headrace.cli.console.TextTable}, {@link dev.headrace.cli.console.CsvRows} and {@link
 * dev.headrace.cli.console.JsonRows} for query results, {@link dev.headrace.cli.console.JsonOut}
 * for everything {@code --json} prints, {@link dev.headrace.cli.console.ProgressView} for work in
 * progress and {@link dev.headrace.cli.console.ErrorText} for failures. Nothing else in Headrace
 * prints. Never decides what is shown, only how.
 */
@NullMarked
package dev.headrace.cli.console;

import org.jspecify.annotations.NullMarked;
