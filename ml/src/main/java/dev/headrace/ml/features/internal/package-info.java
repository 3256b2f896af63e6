/** How feature views become SQL. Closed: use {@link dev.headrace.ml.features.FeatureStore}. */
@NullMarked
package dev.headrace.ml.features.internal;

import org.jspecify.annotations.NullMarked;
