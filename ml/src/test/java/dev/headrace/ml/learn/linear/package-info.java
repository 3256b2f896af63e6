@NullMarked
package dev.headrace.ml.learn.linear;

import org.jspecify.annotations.NullMarked;
