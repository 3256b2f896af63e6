/**
 * Learning: from rows to a fitted model that carries everything it needs to score another row.
 *
 * <p>Read {@link dev.headrace.ml.learn.Frame} (rows in memory, by column), {@link
 * dev.headrace.ml.learn.Preparation} (what is learnt of the columns before anything else), {@link
 * dev.headrace.ml.learn.LearnSpec} (the closed choice of learners) and {@link
 * dev.headrace.ml.learn.Trainer} (the front door). The mathematics lies in the rooms inside, such
 * as {@code linear}, {@code boosting}, {@code trees}, {@code bayes}, {@code neighbours}, {@code
 * metrics}; {@code Learners} is the one list of what fits and what reads them. How it works is told
 * in {@code docs/models.md}.
 *
 * <p>Missing numbers are NaN inside this room and nowhere else: what goes out is a number or a
 * named error. Nothing here reads a clock, a table or randomness without a seed.
 */
@NullMarked
package dev.headrace.ml.learn;

import org.jspecify.annotations.NullMarked;
