/** How logged vectors are read and compared. Closed: use {@link dev.headrace.ml.skew.SkewAudit}. */
@NullMarked
package dev.headrace.ml.skew.internal;

import org.jspecify.annotations.NullMarked;
