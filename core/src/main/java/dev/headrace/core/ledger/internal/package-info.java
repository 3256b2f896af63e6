/** How the ledger is kept in a database. */
@NullMarked
package dev.headrace.core.ledger.internal;

import org.jspecify.annotations.NullMarked;
