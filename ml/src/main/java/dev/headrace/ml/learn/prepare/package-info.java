/**
 * Preparation: what becomes of columns before a learner sees them, learnt from training rows alone.
 *
 * <p>Read {@link dev.headrace.ml.learn.prepare.PrepareSpec} (what is declared), {@link
 * dev.headrace.ml.learn.prepare.Preparation} (what was learnt, a part of every model), {@link
 * dev.headrace.ml.learn.prepare.Recoding} (columns that others take the place of first), then
 * {@link dev.headrace.ml.learn.prepare.PreparationFit} and {@link
 * dev.headrace.ml.learn.prepare.RecodingFit}. Rows are prepared for scoring by the very code that
 * prepares them for learning; {@link dev.headrace.ml.learn.prepare.Resampling} alone chooses rows,
 * and of those to learn from only.
 */
@NullMarked
package dev.headrace.ml.learn.prepare;

import org.jspecify.annotations.NullMarked;
