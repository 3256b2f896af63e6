/**
 * Calibration: making probabilities mean what they say.
 *
 * <p>Read {@link dev.headrace.ml.learn.calibration.CalibrationMap} (what a fitted calibration does
 * to a probability), then {@link dev.headrace.ml.learn.calibration.PlattScaling} and {@link
 * dev.headrace.ml.learn.calibration.IsotonicRegression} (how it is fitted). Everything is fitted to
 * predictions of rows that had not been learnt from; which rows those are is not decided here. How
 * good it is, {@link dev.headrace.ml.learn.metrics.Reliability} tells.
 */
@NullMarked
package dev.headrace.ml.learn.calibration;

import org.jspecify.annotations.NullMarked;
