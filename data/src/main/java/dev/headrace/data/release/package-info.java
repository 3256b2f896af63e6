/**
 * From a query or from raw files to something the ledger can publish: what every kind of asset on
 * this floor has in common.
 *
 * <p>Read {@link dev.headrace.data.release.Relations} (what a name stands for), {@link
 * dev.headrace.data.release.Staged} (rows written, not committed) and {@link
 * dev.headrace.data.release.Gate} (checks before publication). The order is always: write files,
 * check them, commit them to the lake, let the run publish the snapshot. Never writes to the
 * ledger.
 */
@NullMarked
package dev.headrace.data.release;

import org.jspecify.annotations.NullMarked;
