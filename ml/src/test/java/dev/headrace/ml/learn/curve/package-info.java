@NullMarked
package dev.headrace.ml.learn.curve;

import org.jspecify.annotations.NullMarked;
