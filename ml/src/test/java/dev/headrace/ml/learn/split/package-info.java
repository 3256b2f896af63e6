@NullMarked
package dev.headrace.ml.learn.split;

import org.jspecify.annotations.NullMarked;
