@NullMarked
package dev.headrace.ml.learn.calibration;

import org.jspecify.annotations.NullMarked;
