package dev.headrace.ml.learn.calibration;

import dev.headrace.core.project.spec.Doc;

/** How probabilities are calibrated. */
public enum Calibrate {
  @Doc("Not at all: as the learner gives them.")
  NONE,
  @Doc("A logistic curve of the log odds (Platt 1999): two figures, good for few rows.")
  PLATT,
  @Doc("Any rising curve (isotonic regression): for 1,000 rows and more.")
  ISOTONIC;

  /**
   * Fits it.
   *
   * @param probabilities of rows that nothing was learnt from
   * @param labels 1 and 0, of both
   * @param weights not negative
   */
  public CalibrationMap fit(double[] probabilities, double[] labels, double[] weights) {
    return switch (this) {
      case NONE -> throw new IllegalStateException("nothing is fitted");
      case PLATT -> PlattScaling.fit(probabilities, labels, weights);
      case ISOTONIC -> IsotonicRegression.fit(probabilities, labels, weights);
    };
  }
}
