/**
 * From raw files to typed rows: finding files, telling formats and types, loading, keeping aside
 * what does not fit.
 *
 * <p>Read {@link dev.headrace.data.ingest.SourceSpec} (what a user declares), {@link
 * dev.headrace.data.ingest.SourceFiles} and {@link dev.headrace.data.ingest.FileChanges} (what
 * there is to load) and {@link dev.headrace.data.ingest.Loader} first. The rule of the room: every
 * record of every file is loaded, kept aside with a reason, or counted as a duplicate; the sum is
 * checked.
 *
 * <p>It never publishes: committing files to the lake and remembering them in the ledger is the
 * caller's.
 */
@NullMarked
package dev.headrace.data.ingest;

import org.jspecify.annotations.NullMarked;
