@NullMarked
package dev.headrace.ml.learn.explain;

import org.jspecify.annotations.NullMarked;
