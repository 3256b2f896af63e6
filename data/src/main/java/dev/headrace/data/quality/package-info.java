/**
 * What a table promises, and whether it keeps it: checks and profiles.
 *
 * <p>Read {@link dev.headrace.data.quality.CheckSpec} (what a user declares), {@link
 * dev.headrace.data.quality.CheckPlan} (the few queries that answer all of it) and {@link
 * dev.headrace.data.quality.AuditReport} (what came out). {@link
 * dev.headrace.data.quality.Profiler} describes a table nobody has made promises about yet.
 *
 * <p>Reads tables through {@link dev.headrace.spi.engine.SqlEngine} only. Never writes, never
 * publishes, never decides what a failed check stops: it reports.
 */
@NullMarked
package dev.headrace.data.quality;

import org.jspecify.annotations.NullMarked;
