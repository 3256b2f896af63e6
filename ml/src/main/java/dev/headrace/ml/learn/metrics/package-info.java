/**
 * How good predictions are: one definition per metric, with weights, so that a bootstrap is the
 * same computation with other weights.
 *
 * <p>Read {@link dev.headrace.ml.learn.metrics.Metric} first, then {@link
 * dev.headrace.ml.learn.metrics.Scored} and {@link dev.headrace.ml.learn.metrics.Evaluation}. Every
 * value is held to scikit-learn's in the tests.
 */
@NullMarked
package dev.headrace.ml.learn.metrics;

import org.jspecify.annotations.NullMarked;
