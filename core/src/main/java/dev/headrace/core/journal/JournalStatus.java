package dev.headrace.core.journal;

import java.util.Optional;

/**
 * What became of the documents given to a journal since it was opened.
 *
 * @param accepted taken; accepted - synced may still be lost in a power cut
 * @param synced safe on disk
 * @param dropped refused, because too much was pending or the document was no single-line object
 * @param pendingBytes taken and not written yet
 * @param failure why the last attempt to write failed; empty when it did not
 */
public record JournalStatus(
    long accepted, long synced, long dropped, long pendingBytes, Optional<String> failure) {}
