/**
 * Project, graph, plan, run, ledger: everything about assets that does not depend on what an asset
 * is. Knows neither SQL nor files of data; those live on the data floor.
 */
@NullMarked
package dev.headrace.core;

import org.jspecify.annotations.NullMarked;
