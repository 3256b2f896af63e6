/**
 * Components: few columns that say most of what many say.
 *
 * <p>Read {@link dev.headrace.ml.learn.components.PrincipalComponents}.
 */
@NullMarked
package dev.headrace.ml.learn.components;

import org.jspecify.annotations.NullMarked;
