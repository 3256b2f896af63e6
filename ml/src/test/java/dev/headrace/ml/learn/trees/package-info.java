@NullMarked
package dev.headrace.ml.learn.trees;

import org.jspecify.annotations.NullMarked;
