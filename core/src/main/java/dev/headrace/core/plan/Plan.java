package dev.headrace.core.plan;

import dev.headrace.core.graph.Asset;
import java.util.List;

/**
 * What a run would do.
 *
 * @param steps the selected assets, inputs before what reads them
 */
public record Plan(String environment, BuildOptions options, List<Step> steps) {
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
