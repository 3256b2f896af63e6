package dev.headrace.data.warehouse;

import dev.headrace.core.ledger.OutsideMove;

/**
 * A change whose files are written and that waits for the ledger.
 *
 * @param undo takes back what was written for it; only when it has certainly not become visible
 * @param settle what is left to do when it has; need not succeed
 */
record Prepared(OutsideMove move, Runnable undo, Runnable settle) {}
