/**
 * What an experiment's sums say: effects with intervals, from sufficient statistics alone.
 *
 * <p>Read {@link dev.headrace.decisions.experiments.analysis.Moments} first: what one scan of a
 * fact table has to deliver per arm (and slice, and day), and how two of them are added. Then
 * {@link dev.headrace.decisions.experiments.analysis.MetricShape}, which says what the columns
 * mean, {@link dev.headrace.decisions.experiments.analysis.AnalysisSpec}, which says what to
 * compute, and the front door:
 *
 * <pre>{@code
 * var spec = AnalysisSpec.of(new Method.AnyTime(5_000)).withAlpha(0.05);
 * MetricResult result =
 *     Analysis.of(spec, new MetricShape.Mean(1)).analyze("control", armsByName);
 * }</pre>
 *
 * <p>What a scan delivers, by shape of the metric:
 *
 * <table>
 *   <caption>columns of {@code Moments}</caption>
 *   <tr><td>mean, with k covariates</td><td>y, x1 … xk</td></tr>
 *   <tr><td>proportion, with k covariates</td><td>y in {0, 1}, x1 … xk in {0, 1}</td></tr>
 *   <tr><td>ratio, with k covariate ratios</td><td>m, d, m1, d1 … mk, dk</td></tr>
 *   <tr><td>quantile</td><td>{@code QuantileMoments}</td></tr>
 * </table>
 *
 * <p>A row of the scan is one <em>randomised unit</em>, zeros included. Where clusters are
 * randomised, a row is one cluster and the metric a ratio of the cluster's sum to its size.
 *
 * <p>Days and slices are added with {@code Moments.merge}. Nothing here reads a table, a clock or a
 * random number; nothing returns NaN.
 *
 * <p>Decisions 0023 and 0024 tell what is ours, and what was chosen where references disagree.
 */
@NullMarked
package dev.headrace.decisions.experiments.analysis;

import org.jspecify.annotations.NullMarked;
