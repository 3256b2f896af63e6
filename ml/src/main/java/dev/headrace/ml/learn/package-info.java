/**
 * Learning: from rows to a fitted model that carries everything it needs to score another row.
 *
 * <p>Read {@link dev.headrace.ml.learn.LearnSpec} (the closed choice of learners), {@link
 * dev.headrace.ml.learn.Trainer} (the front door) and {@link dev.headrace.ml.learn.Model} (what
 * comes of it). On the way lie the rooms {@code frame} (rows in memory), {@code split} (which of
 * them are held back), {@code prepare} (what becomes of columns), {@code metrics} and {@code
 * leaks}; the mathematics of learners lies in rooms of its own, such as {@code linear}, {@code
 * boosting}, {@code trees}; {@code Learners} is the one list of what fits and what reads them. How
 * it works is told in {@code docs/models.md}.
 *
 * <p>Missing numbers are NaN inside this room and nowhere else: what goes out is a number or a
 * named error. Nothing here reads a clock, a table or randomness without a seed.
 */
@NullMarked
package dev.headrace.ml.learn;

import org.jspecify.annotations.NullMarked;
