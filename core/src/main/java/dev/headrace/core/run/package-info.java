/**
 * Executes a plan: independent steps in parallel, retries, cancellation, the journal.
 *
 * <p>Read {@link dev.headrace.core.run.Runner} and {@link dev.headrace.core.run.Builder} first. A
 * step counts only once the ledger has published it, so a run that was killed is resumed by simply
 * running again. Knows nothing of SQL or files.
 */
@NullMarked
package dev.headrace.core.run;

import org.jspecify.annotations.NullMarked;
