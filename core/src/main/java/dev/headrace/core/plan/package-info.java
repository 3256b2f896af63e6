/**
 * What a run would build, and why: pure data, printable, made from the ledger and a listing of
 * files alone. Read {@link dev.headrace.core.plan.Planner} and {@link
 * dev.headrace.core.plan.Decision} first. Never executes a query and never writes.
 */
@NullMarked
package dev.headrace.core.plan;

import org.jspecify.annotations.NullMarked;
