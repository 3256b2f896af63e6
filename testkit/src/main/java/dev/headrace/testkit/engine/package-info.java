/**
 * The contract suite of {@link dev.headrace.spi.engine.SqlEngine}.
 *
 * <p>An engine's test extends {@link dev.headrace.testkit.engine.SqlEngineContract} and provides
 * the engine. The suite knows the contracts only; it never looks for a particular engine.
 */
@NullMarked
package dev.headrace.testkit.engine;

import org.jspecify.annotations.NullMarked;
