/**
 * Leaks: what makes a model look better in its test than it will be.
 *
 * <p>Read {@link dev.headrace.ml.learn.leaks.LeakDetector} (features that predict too well) and
 * {@link dev.headrace.ml.learn.leaks.SplitLeaks} (test rows and moments that training rows tell
 * of). Findings are suspicions in sentences with their figures; nothing here refuses a model.
 */
@NullMarked
package dev.headrace.ml.learn.leaks;

import org.jspecify.annotations.NullMarked;
