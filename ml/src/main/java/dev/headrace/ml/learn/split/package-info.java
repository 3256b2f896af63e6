/**
 * Which rows are learnt from and which are held back.
 *
 * <p>Read {@link dev.headrace.ml.learn.split.SplitSpec} (what is declared) and {@link
 * dev.headrace.ml.learn.split.Split} (row numbers). The same rows, declaration and seed give the
 * same split. Nothing here reads a feature.
 */
@NullMarked
package dev.headrace.ml.learn.split;

import org.jspecify.annotations.NullMarked;
