/**
 * Append-only journals of small JSON documents: what happened in a serving process, on its way to
 * the lake.
 *
 * <p>Read {@link dev.headrace.core.journal.Journal} first, which writes, then {@link
 * dev.headrace.core.journal.JournalFiles}, which names and checks what was written. Finished files
 * never change and are plain JSON lines, so that a source with {@code load: append} takes each of
 * them in once. Never blocks whoever appends, and never interprets a document.
 */
@NullMarked
package dev.headrace.core.journal;

import org.jspecify.annotations.NullMarked;
