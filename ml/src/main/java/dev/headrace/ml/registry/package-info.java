/**
 * Models as assets: declared, trained when stale, judged, kept as versions that can be made again.
 *
 * <p>Read {@link dev.headrace.ml.registry.ModelSpec} (what a user declares), {@link
 * dev.headrace.ml.registry.ModelBuilder} (what a run does) and {@link
 * dev.headrace.ml.registry.Registry} (the versions, as files). The table named like a model holds
 * its predictions of rows it had not learnt from; which version an environment shows is told by the
 * ledger alone, through that table. How to learn is left to {@code ml.learn}.
 */
@NullMarked
package dev.headrace.ml.registry;

import org.jspecify.annotations.NullMarked;
