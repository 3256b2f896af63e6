/**
 * Headrace's flags in a Java program, through OpenFeature: evaluated in process, without a server.
 *
 * <p>Read {@link dev.headrace.openfeature.HeadraceProvider}, the only type there is to know.
 */
@NullMarked
package dev.headrace.openfeature;

import org.jspecify.annotations.NullMarked;
