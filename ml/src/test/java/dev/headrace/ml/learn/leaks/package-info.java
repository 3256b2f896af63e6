@NullMarked
package dev.headrace.ml.learn.leaks;

import org.jspecify.annotations.NullMarked;
