@NullMarked
package dev.headrace.ml.learn.onnx;

import org.jspecify.annotations.NullMarked;
