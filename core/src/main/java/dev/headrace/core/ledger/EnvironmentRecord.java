package dev.headrace.core.ledger;

import java.time.Instant;

/**
 * An environment beside {@code prod}: it shows what {@code prod} shows now, except for the tables
 * of its own.
 *
 * @param name letters, digits, {@code -}, {@code _} and {@code .}
 * @param baseChange the newest change of {@code prod} that its author has seen: what {@code prod}
 *     redefined after it must not be undone by a promotion
 * @param tables number of tables of its own, those it hides included
 */
public record EnvironmentRecord(String name, Instant createdAt, long baseChange, int tables) {}
