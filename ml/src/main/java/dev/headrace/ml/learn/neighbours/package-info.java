/**
 * Predicting a row from the rows that are most like it.
 *
 * <p>Read {@link dev.headrace.ml.learn.neighbours.NearestNeighbours}. The model is its training
 * rows: it is never anything but exact, and never fast for many of them.
 */
@NullMarked
package dev.headrace.ml.learn.neighbours;

import org.jspecify.annotations.NullMarked;
