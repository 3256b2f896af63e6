/**
 * Features that are computed from the columns of one row, by expressions that the model keeps.
 *
 * <p>Read {@link dev.headrace.ml.learn.transform.RowExpression} (what a user writes), {@link
 * dev.headrace.ml.learn.transform.Transform} (what becomes of rows) and {@link
 * dev.headrace.ml.learn.transform.RowFunctions} (all that can be called). One evaluator serves
 * training, prediction and requests, so that they cannot disagree; it never asks an engine. What
 * looks at several rows is learnt instead: that is {@code ml.learn.prepare}.
 */
@NullMarked
package dev.headrace.ml.learn.transform;

import org.jspecify.annotations.NullMarked;
