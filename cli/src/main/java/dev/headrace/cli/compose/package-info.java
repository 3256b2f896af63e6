/**
 * The composition root: {@link dev.headrace.cli.compose.Headrace} is the one class that knows which
 * kinds of asset, which engine, which lake and which ledger make up Headrace, and that wires them
 * with plain constructors. Never does any work itself.
 */
@NullMarked
package dev.headrace.cli.compose;

import org.jspecify.annotations.NullMarked;
