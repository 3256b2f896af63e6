@NullMarked
package dev.headrace.ml.learn;

import org.jspecify.annotations.NullMarked;
