/**
 * Explanations: why a model predicts what it does, of one row and of all.
 *
 * <p>Read {@link dev.headrace.ml.learn.explain.Contributions} (a row), {@link
 * dev.headrace.ml.learn.explain.PermutationImportance} (what a feature is worth) and {@link
 * dev.headrace.ml.learn.explain.PartialDependence} (how predictions go with it). They describe the
 * model, not the world: a feature that moves a prediction need not move what is predicted.
 */
@NullMarked
package dev.headrace.ml.learn.explain;

import org.jspecify.annotations.NullMarked;
