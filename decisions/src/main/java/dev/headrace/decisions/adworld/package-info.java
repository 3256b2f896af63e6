/** The ad world. */
@NullMarked
package dev.headrace.decisions.adworld;

import org.jspecify.annotations.NullMarked;
