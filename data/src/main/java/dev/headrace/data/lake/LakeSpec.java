package dev.headrace.data.lake;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;

/** What a project says about its tables' files under {@code lake:}. */
@Doc("The tables' files.")
public record LakeSpec(
    @Doc(
            "Directory of the tables; relative to the state. When several machines share the ledger:"
                + " a directory that all of them see under this name.")
        @Default("lake")
        String path) {}
