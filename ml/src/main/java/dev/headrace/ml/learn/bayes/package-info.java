/**
 * Classes told apart by how often each value comes with each of them.
 *
 * <p>Read {@link dev.headrace.ml.learn.bayes.NaiveBayes}.
 */
@NullMarked
package dev.headrace.ml.learn.bayes;

import org.jspecify.annotations.NullMarked;
