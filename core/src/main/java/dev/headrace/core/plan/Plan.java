package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.Realignment;
import java.util.List;

/**
 * What a run would do.
 *
 * @param realignment tables that are no longer shown as they are, before anything is built
 * @param steps the selected assets, inputs before what reads them
 */
public record Plan(
    String environment, BuildOptions options, Realignment realignment, List<Step> steps) {
  public Plan {
    steps = List.copyOf(steps);
  }

  /** One asset's part. */
  public record Step(Asset asset, Decision decision) {
    public boolean builds() {
      return decision instanceof Decision.Build;
    }
  }

  /** Number of assets that would be built. */
  public long builds() {
    return steps.stream().filter(Step::builds).count();
  }
}
