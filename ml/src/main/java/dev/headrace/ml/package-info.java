/**
 * The learning floor: features, models, their registry and their serving, over tables of the data
 * floor. Its rooms are its packages; this one holds nothing.
 */
@NullMarked
package dev.headrace.ml;

import org.jspecify.annotations.NullMarked;
