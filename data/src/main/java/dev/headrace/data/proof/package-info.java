/**
 * Whether another engine makes the same tables of a project.
 *
 * <p>Read {@link dev.headrace.data.proof.EngineProof} first, then {@link
 * dev.headrace.data.proof.ProofReport}. Works in a ledger and a lake of its own, which whoever asks
 * hands in; never sees what the project has published.
 */
@NullMarked
package dev.headrace.data.proof;

import org.jspecify.annotations.NullMarked;
