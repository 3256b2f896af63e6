/**
 * Files and memory of the embedded store. The form of the files is told in {@code docs/online.md}.
 */
@NullMarked
package dev.headrace.ml.online.internal;

import org.jspecify.annotations.NullMarked;
