/**
 * Linear models: least squares with its diagnostics, penalties, logistic regression.
 *
 * <p>Read {@link dev.headrace.ml.learn.linear.LeastSquares} and {@link
 * dev.headrace.ml.learn.linear.LogisticRegression}; both end in {@link
 * dev.headrace.ml.learn.linear.LinearModel}. Values agree with statsmodels and scikit-learn, see
 * the tests.
 */
@NullMarked
package dev.headrace.ml.learn.linear;

import org.jspecify.annotations.NullMarked;
