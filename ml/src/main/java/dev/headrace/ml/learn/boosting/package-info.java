/**
 * Trees that are added up: grown by XGBoost's native library, scored in Java.
 *
 * <p>Read {@link dev.headrace.ml.learn.boosting.Boosting} (growing) and {@link
 * dev.headrace.ml.learn.boosting.TreeEnsemble} (scoring). The library is called through its C
 * interface by the foreign function API; its Java classes are not used. Scoring needs no native
 * code at all.
 *
 * <p>Chen, Guestrin (2016), XGBoost: A Scalable Tree Boosting System, KDD.
 */
@NullMarked
package dev.headrace.ml.learn.boosting;

import org.jspecify.annotations.NullMarked;
