/**
 * Ranking: rows are put in order within groups, such as the results of one query.
 *
 * <p>Read {@link dev.headrace.ml.learn.ranking.Groups} (which rows belong together) and {@link
 * dev.headrace.ml.learn.ranking.Ranked} (how good an order is, ties included). The trees that order
 * rows are grown in {@code boosting}; nothing here learns.
 */
@NullMarked
package dev.headrace.ml.learn.ranking;

import org.jspecify.annotations.NullMarked;
