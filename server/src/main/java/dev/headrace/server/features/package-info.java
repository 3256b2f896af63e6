/**
 * Features over HTTP: {@code POST /api/v1/features/VIEW}, and {@code POST /get-online-features} in
 * the form of Feast's feature server, so that its clients can read here.
 *
 * <p>Read {@link dev.headrace.server.features.FeatureRoutes} and {@link
 * dev.headrace.server.features.FeastRoutes}. Translation only: what is read, and how old it may be,
 * is said by {@code ml.online}.
 */
@NullMarked
package dev.headrace.server.features;

import org.jspecify.annotations.NullMarked;
