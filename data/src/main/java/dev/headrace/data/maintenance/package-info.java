/**
 * Keeps the lake quick to read and no larger than needed: small files become larger ones, and what
 * nobody needs goes.
 *
 * <p>Read {@link dev.headrace.data.maintenance.Compactor} and {@link
 * dev.headrace.data.maintenance.Cleaning} first. Every piece of work is planned as data first and
 * can be killed and planned again. Never changes what a reader sees.
 */
@NullMarked
package dev.headrace.data.maintenance;

import org.jspecify.annotations.NullMarked;
