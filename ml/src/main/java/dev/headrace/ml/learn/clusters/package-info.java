/**
 * Clusters: rows that lie together, found without a label.
 *
 * <p>Read {@link dev.headrace.ml.learn.clusters.KMeans} (round ones, as many as are asked for),
 * {@link dev.headrace.ml.learn.clusters.Hdbscan} (dense ones of any form, and noise between them)
 * and {@link dev.headrace.ml.learn.clusters.Silhouette} (how well they are told apart). Columns are
 * taken as they are prepared: nothing here scales or fills.
 */
@NullMarked
package dev.headrace.ml.learn.clusters;

import org.jspecify.annotations.NullMarked;
