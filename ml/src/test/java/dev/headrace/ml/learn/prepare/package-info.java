@NullMarked
package dev.headrace.ml.learn.prepare;

import org.jspecify.annotations.NullMarked;
