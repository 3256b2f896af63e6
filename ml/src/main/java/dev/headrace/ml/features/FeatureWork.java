package dev.headrace.ml.features;

import dev.headrace.core.plan.Decision;

/** What is to be done for the latest values of a view. */
public sealed interface FeatureWork extends Decision.Work {

  /** From all rows. */
  record Rebuild() implements FeatureWork {
    @Override
    public String toString() {
      return "latest values from all rows";
    }
  }

  /** From what is there and the rows that matter for the new moment, where that is enough. */
  record Advance() implements FeatureWork {
    @Override
    public String toString() {
      return "latest values from new rows";
    }
  }
}
