/**
 * A PostgreSQL database that a project keeps its ledger and the lake's catalog in, so that several
 * machines can work on one lake.
 *
 * <p>Read {@link dev.headrace.core.postgres.Postgres} first, then {@link
 * dev.headrace.core.postgres.PostgresSpec}. It connects and tells why it cannot; it knows no table.
 * Nothing of it is loaded by a project that does not name such a database.
 */
@NullMarked
package dev.headrace.core.postgres;

import org.jspecify.annotations.NullMarked;
