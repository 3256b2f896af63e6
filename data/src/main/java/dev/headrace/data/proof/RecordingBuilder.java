package dev.headrace.data.proof;

import dev.headrace.core.graph.Asset;
import dev.headrace.core.ledger.CheckRecord;
import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Decision;
import dev.headrace.core.plan.Published;
import dev.headrace.core.run.Builder;
import dev.headrace.core.run.Outcome;
import dev.headrace.core.run.StepContext;
import java.util.List;
import java.util.Map;

/**
 * Builds as another builder does and keeps how the checks came out.
 *
 * @param checks outcomes by asset; written from many threads
 */
record RecordingBuilder(Builder builder, Map<String, List<CheckRecord>> checks) implements Builder {
  @Override
  public Decision decide(Asset asset, Published published, BuildOptions options) {
    return builder.decide(asset, published, options);
  }

  @Override
  public Outcome build(Asset asset, Decision.Build decision, StepContext context) {
    Outcome outcome = builder.build(asset, decision, context);
    checks.put(asset.name(), outcome.checks());
    return outcome;
  }

  @Override
  public void sweep(Asset asset, long runId) {
    builder.sweep(asset, runId);
  }
}
