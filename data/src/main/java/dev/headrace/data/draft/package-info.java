/**
 * A first project, proposed from raw files.
 *
 * <p>Read {@link dev.headrace.data.draft.Drafter} first: it loads every file aside, looks at the
 * rows and answers with a {@link dev.headrace.data.draft.ProjectDraft}, the texts of a project that
 * runs at once. What it proposes holds for the rows it has seen; a person reads it and decides.
 * Never writes into the project.
 */
@NullMarked
package dev.headrace.data.draft;

import org.jspecify.annotations.NullMarked;
