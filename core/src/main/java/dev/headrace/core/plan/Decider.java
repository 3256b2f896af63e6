package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;

/** Decides for the assets of one kind. Thread-safe. */
@FunctionalInterface
public interface Decider {
  /**
   * Decides whether the asset has to be built. Pure: reads the ledger and at most lists files; it
   * answers as if every input were already as it will be.
   */
  Decision decide(Asset asset, Published published, BuildOptions options);
}
