/**
 * The semantic layer: one definition per metric, asked by any dimension that the star schema gives.
 *
 * <p>Read {@link dev.headrace.data.metrics.MetricSpec} (what a user declares) and {@link
 * dev.headrace.data.metrics.Metrics} (the front door), then {@link
 * dev.headrace.data.metrics.MetricQuery} and {@link dev.headrace.data.metrics.MetricPlan}: a
 * question and the one statement it comes down to. Joins are the foreign keys that tables declare
 * in their checks, and only towards a column that a check has proven unique; so no join can count a
 * row twice. A metric's window is a {@link dev.headrace.data.metrics.TrailingWindow}. Never drops a
 * filter: what cannot be applied to every metric of a question is refused.
 */
@NullMarked
package dev.headrace.data.metrics;

import org.jspecify.annotations.NullMarked;
