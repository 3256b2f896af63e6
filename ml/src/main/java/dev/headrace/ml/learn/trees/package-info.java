/**
 * Trees that are grown one by one: a single one, and forests of them.
 *
 * <p>Read {@link dev.headrace.ml.learn.trees.DecisionTree} (what a tree is), {@link
 * dev.headrace.ml.learn.trees.TreeGrower} and {@link dev.headrace.ml.learn.trees.Forest}. Boosted
 * trees are another room: they are grown by XGBoost.
 */
@NullMarked
package dev.headrace.ml.learn.trees;

import org.jspecify.annotations.NullMarked;
