/**
 * Tables that somebody asked for once: training sets, predictions. No declaration makes them and no
 * run takes them away, but they are in the lake and in the ledger like all others.
 *
 * <p>Read {@link dev.headrace.data.requested.RequestedTables}. Never decides what is in them.
 */
@NullMarked
package dev.headrace.data.requested;

import org.jspecify.annotations.NullMarked;
