@NullMarked
package dev.headrace.ml.learn.metrics;

import org.jspecify.annotations.NullMarked;
