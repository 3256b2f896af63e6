/**
 * Learning curves: what more rows are worth, and whether a model suffers from bias or variance.
 *
 * <p>Read {@link dev.headrace.ml.learn.curve.LearningCurve} (how good models of more and more rows
 * are) and {@link dev.headrace.ml.learn.curve.Verdict} (what that means, and by which rule). Which
 * rows train and test is decided elsewhere.
 */
@NullMarked
package dev.headrace.ml.learn.curve;

import org.jspecify.annotations.NullMarked;
