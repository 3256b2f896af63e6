package dev.headrace.ml.registry;

import dev.headrace.core.plan.Decision;

/** What is to be done for a model. */
public sealed interface ModelWork extends Decision.Work {

  /** Rows are read, learnt from and predicted; a version is registered. */
  record Train(String learner, String from) implements ModelWork {
    @Override
    public String toString() {
      return "train " + learner + " on " + from;
    }
  }
}
