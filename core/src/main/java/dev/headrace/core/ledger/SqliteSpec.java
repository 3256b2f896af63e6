package dev.headrace.core.ledger;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;

/** What a project says about its ledger under {@code ledger: sqlite:}. */
@Doc("The journal of runs and of what is published: a file of this machine, or a database.")
public record SqliteSpec(
    @Doc("The file; relative to the state.") @Default("ledger.db") String file) {}
