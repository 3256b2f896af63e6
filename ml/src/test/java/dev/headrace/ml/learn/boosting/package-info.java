@NullMarked
package dev.headrace.ml.learn.boosting;

import org.jspecify.annotations.NullMarked;
