@NullMarked
package dev.headrace.ml.registry;

import org.jspecify.annotations.NullMarked;
