@NullMarked
package dev.headrace.ml.learn.clusters;

import org.jspecify.annotations.NullMarked;
