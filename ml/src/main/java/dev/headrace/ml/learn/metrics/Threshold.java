package dev.headrace.ml.learn.metrics;

import dev.headrace.core.project.spec.Doc;
import dev.headrace.core.project.spec.Plain;

/** How classes are told apart by their probability. */
@Doc("From which probability on the positive class is predicted.")
public sealed interface Threshold {
  /** Where nothing is said. */
  double HALF = 0.5;

  @Plain
  @Doc("This probability, in (0, 1).")
  record At(double at) implements Threshold {
    public At {
      if (!(at > 0 && at < 1)) {
        throw new IllegalArgumentException("must be a probability between 0 and 1, not " + at);
      }
    }
  }

  @Doc(
      "The one at which an expression of tp, fp, tn and fn is greatest, on out-of-fold predictions"
          + " of training rows; such as tp*5 - fp*1.")
  record Maximise(Payoff maximise) implements Threshold {}
}
