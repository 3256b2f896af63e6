@org.jspecify.annotations.NullMarked
package dev.headrace.ml.learn.transform;
