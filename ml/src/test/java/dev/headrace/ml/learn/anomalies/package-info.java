@NullMarked
package dev.headrace.ml.learn.anomalies;

import org.jspecify.annotations.NullMarked;
