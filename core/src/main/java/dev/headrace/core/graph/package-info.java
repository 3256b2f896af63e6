/**
 * The graph: the assets of a project and who reads whom.
 *
 * <p>Read {@link dev.headrace.core.graph.Graph} first, then {@link
 * dev.headrace.core.graph.Selector} (which assets a command is about) and {@link
 * dev.headrace.core.graph.Lineage} (what feeds an asset and what it feeds). Pure data: never reads
 * a file, never runs anything.
 */
@NullMarked
package dev.headrace.core.graph;

import org.jspecify.annotations.NullMarked;
