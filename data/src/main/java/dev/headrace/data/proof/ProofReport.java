package dev.headrace.data.proof;

import dev.headrace.core.ledger.StepRecord;
import java.util.List;

/**
 * What came of building a project on two engines.
 *
 * @param reference the engine that was taken at its word
 * @param candidate the one compared with it
 * @param tolerance largest difference of two floating-point numbers that counted as none
 * @param failedSources sources that could not be loaded: nothing that reads them was built
 * @param tables every table that was asked for, inputs before what reads them
 */
public record ProofReport(
    String reference,
    String candidate,
    double tolerance,
    List<SourceFailure> failedSources,
    List<TableProof> tables) {
  public ProofReport {
    failedSources = List.copyOf(failedSources);
    tables = List.copyOf(tables);
  }

  /** A source that could not be loaded, and why. */
  public record SourceFailure(String source, StepRecord.Failure failure) {}

  /** Whether both engines made every table, and made it the same. */
  public boolean holds() {
    return failedSources.isEmpty() && tables.stream().allMatch(TableProof::holds);
  }

  /** Tables for which it does not hold. */
  public long differing() {
    return tables.stream().filter(table -> !table.holds()).count();
  }
}
