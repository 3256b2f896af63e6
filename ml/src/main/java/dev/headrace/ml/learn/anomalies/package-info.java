/**
 * Anomalies: rows that are few and different.
 *
 * <p>Read {@link dev.headrace.ml.learn.anomalies.IsolationForest}.
 */
@NullMarked
package dev.headrace.ml.learn.anomalies;

import org.jspecify.annotations.NullMarked;
