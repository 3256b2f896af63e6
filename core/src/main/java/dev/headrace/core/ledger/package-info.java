/**
 * The journal of what was built, when, from what, and what is published.
 *
 * <p>Read {@link dev.headrace.core.ledger.Ledger} first, then {@link
 * dev.headrace.core.ledger.Publication}. The ledger alone decides what readers see: data that was
 * written but never entered here does not exist. It never touches data files.
 */
@NullMarked
package dev.headrace.core.ledger;

import org.jspecify.annotations.NullMarked;
