package dev.headrace.core.run;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.plan.Decider;
import dev.headrace.core.plan.Decision;

/** What a kind of asset does when a run reaches one. Thread-safe. */
public interface Builder extends Decider {
  /**
   * Does the work and says what to publish; publishes nothing itself. Everything it writes under
   * the run's number may be swept if it does not return.
   *
   * @throws dev.headrace.spi.error.HeadraceException when it fails; kind EXTERNAL is tried again
   * @throws java.util.concurrent.CancellationException when the run was cancelled
   */
  Outcome build(Asset asset, Decision.Build decision, StepContext context);

  /** Removes what a step of an interrupted run has left behind in the tables of an asset. */
  void sweep(Asset asset, long runId);
}
