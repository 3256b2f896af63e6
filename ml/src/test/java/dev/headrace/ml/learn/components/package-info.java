@NullMarked
package dev.headrace.ml.learn.components;

import org.jspecify.annotations.NullMarked;
