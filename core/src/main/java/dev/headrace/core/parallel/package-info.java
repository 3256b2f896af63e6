/** Work that several processors do at once. {@link SideBySide} is all of it. */
@NullMarked
package dev.headrace.core.parallel;

import org.jspecify.annotations.NullMarked;
