@NullMarked
package dev.headrace.ml.learn.ranking;

import org.jspecify.annotations.NullMarked;
