@NullMarked
package dev.headrace.ml.learn.neighbours;

import org.jspecify.annotations.NullMarked;
