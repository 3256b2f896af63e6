@NullMarked
package dev.headrace.ml.learn.tune;

import org.jspecify.annotations.NullMarked;
