/**
 * Feature views: what is known of a user, an ad, a customer, at any moment.
 *
 * <p>A view ({@link dev.headrace.ml.features.FeatureViewSpec}) is declared once over the rows of
 * one table. Of the same declaration come training sets, each label with the values of its own
 * moment; the table of latest values that every run brings up to date; and statistics. What is
 * visible when is told in {@code docs/features.md} and held to a brute-force oracle by the tests.
 *
 * <p>The table of latest values is named like the view: the key columns, {@code _event_at} (time of
 * the entity's newest row, UTC), {@code _as_of} (the moment the values are those of, UTC), then the
 * features in the order of their declaration.
 *
 * <p>Read {@link dev.headrace.ml.features.FeatureViewSpec}, then {@link
 * dev.headrace.ml.features.FeatureStore}. It never lets a value be seen before it was known, and
 * never serves requests: that is {@code ml.online}.
 */
@NullMarked
package dev.headrace.ml.features;

import org.jspecify.annotations.NullMarked;
