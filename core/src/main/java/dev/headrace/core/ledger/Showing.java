package dev.headrace.core.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * From when on an environment showed a publication of a table, or nothing, and what made it so.
 *
 * @param publication what is shown from then on; empty when the table is withdrawn
 * @param followed whether the environment gave up a table of its own, so that what {@code prod}
 *     shows is shown again
 * @param run what moved the pointer; of another environment where that shines through
 * @param stepReason why the run built or showed the table; empty when it was no step of a run
 */
public record Showing(
    Instant at,
    Optional<Publication> publication,
    boolean followed,
    RunRecord run,
    Optional<String> stepReason) {}
