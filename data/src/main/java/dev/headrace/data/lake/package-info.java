/**
 * The lake: every table version as an Iceberg table (format v2, copy-on-write), its snapshots and
 * its files.
 *
 * <p>Read {@link dev.headrace.data.lake.Lake} first, then {@link dev.headrace.data.lake.Commit} and
 * {@link dev.headrace.data.lake.Change}. The lake stores versions and snapshots; which of them a
 * reader sees is decided by the ledger alone. The lake never executes SQL, never reads or writes a
 * row, and never decides what is published.
 */
@NullMarked
package dev.headrace.data.lake;

import org.jspecify.annotations.NullMarked;
