@NullMarked
package dev.headrace.core.graph;

import org.jspecify.annotations.NullMarked;
