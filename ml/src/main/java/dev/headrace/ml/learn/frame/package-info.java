/**
 * Rows in memory, by column.
 *
 * <p>Read {@link dev.headrace.ml.learn.frame.Frame} (rows as they were read), {@link
 * dev.headrace.ml.learn.frame.FrameReader} (how they are read) and {@link
 * dev.headrace.ml.learn.frame.Design} (the matrix a learner sees, once they are prepared). Arrays
 * are shared and never changed. Missing numbers are NaN.
 */
@NullMarked
package dev.headrace.ml.learn.frame;

import org.jspecify.annotations.NullMarked;
