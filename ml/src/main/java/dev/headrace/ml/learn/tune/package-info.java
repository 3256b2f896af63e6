/**
 * Tuning: finding settings of a learner by trying some.
 *
 * <p>Read {@link dev.headrace.ml.learn.tune.TuneSpec} (what is declared), {@link
 * dev.headrace.ml.learn.tune.SearchSpace} (what is tried) and {@link
 * dev.headrace.ml.learn.tune.Settings} (how a learner gets other settings). How good a trial is, is
 * decided where rows are split, and never on test rows.
 */
@NullMarked
package dev.headrace.ml.learn.tune;

import org.jspecify.annotations.NullMarked;
