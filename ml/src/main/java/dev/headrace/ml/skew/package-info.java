/**
 * Whether what was served is what the lake gives.
 *
 * <p>Serving logs a share of the vectors it tells ({@link dev.headrace.ml.online.ServedLog}). The
 * audit computes each again by the point-in-time join, as of the moment its values were said to be
 * those of, and reports what differs, by feature; apart from that, how much had changed between
 * that moment and the reading.
 *
 * <p>Read {@link dev.headrace.ml.skew.SkewAudit}, then {@link dev.headrace.ml.skew.SkewReport}. It
 * never changes the lake or the online store.
 */
@NullMarked
package dev.headrace.ml.skew;

import org.jspecify.annotations.NullMarked;
