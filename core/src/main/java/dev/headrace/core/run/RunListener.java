package dev.headrace.core.run;

import dev.headrace.core.graph.Asset;

/** Hears what a run does while it does it; called from many threads, must be quick. */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  /** The run begins, with this many steps to build. */
  default void runStarted(long runId, int builds) {}

  default void stepStarted(Asset asset, String reason) {}

  /**
   * Part of a step's work is done.
   *
   * @param fraction 0 to 1
   * @param rows rows worked through so far; 0 when unknown
   */
  default void stepProgressed(Asset asset, double fraction, long rows) {}

  /** A step failed with an external error and will be tried again. */
  default void stepRetried(Asset asset, int attempt, String message) {}

  default void stepFinished(RunReport.StepReport step) {}
}
