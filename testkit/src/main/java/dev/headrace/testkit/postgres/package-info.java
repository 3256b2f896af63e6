/**
 * A real PostgreSQL server for tests, and a way to break the line to it at a chosen word.
 *
 * <p>Read {@link dev.headrace.testkit.postgres.PostgresServer} first.
 */
@NullMarked
package dev.headrace.testkit.postgres;

import org.jspecify.annotations.NullMarked;
