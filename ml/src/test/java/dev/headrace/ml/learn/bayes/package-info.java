@NullMarked
package dev.headrace.ml.learn.bayes;

import org.jspecify.annotations.NullMarked;
