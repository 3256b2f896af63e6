/**
 * What a ledger must be like, whatever database keeps it.
 *
 * <p>Read {@link dev.headrace.testkit.ledger.LedgerContract}.
 */
@NullMarked
package dev.headrace.testkit.ledger;

import org.jspecify.annotations.NullMarked;
