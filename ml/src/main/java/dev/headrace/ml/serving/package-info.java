/**
 * Models in a process that answers requests: loaded, followed as new versions are published, asked
 * for rows.
 *
 * <p>Read {@link dev.headrace.ml.serving.ServedModels} (which version is meant, and whether it is
 * loaded) and {@link dev.headrace.ml.serving.ServedModel} (what a version takes and gives). It
 * speaks no protocol and trains nothing. How it behaves is told in {@code docs/serving.md}.
 */
@NullMarked
package dev.headrace.ml.serving;

import org.jspecify.annotations.NullMarked;
