package dev.headrace.core.run;

import dev.headrace.core.ledger.StepRecord;
import java.util.List;
import java.util.Optional;

/**
 * What a run did.
 *
 * @param steps in the order of the plan
 */
public record RunReport(long runId, double seconds, List<StepReport> steps, CheckTotals checks) {

  /**
   * One step's part.
   *
   * @param failure present when it failed
   * @param warnings what may not be meant and was done all the same: sentences that say what to do
   */
  public record StepReport(
      String asset,
      String kind,
      StepRecord.Status status,
      String reason,
      long rowsIn,
      long rowsOut,
      long rejected,
      double seconds,
      Optional<StepRecord.Failure> failure,
      List<String> warnings) {}

  /** How many checks ended how. */
  public record CheckTotals(int passed, int warned, int failed) {}

  /** Whether every step was built or had no need to be. */
  public boolean succeeded() {
    return steps.stream()
        .allMatch(
            step ->
                step.status() == StepRecord.Status.BUILT
                    || step.status() == StepRecord.Status.SKIPPED);
  }
}
