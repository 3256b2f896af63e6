package dev.headrace.core.run;

import dev.headrace.core.plan.BuildOptions;
import dev.headrace.core.plan.Published;
import dev.headrace.spi.engine.Watch;
import java.time.Instant;

/**
 * What a builder may know of the run it works for.
 *
 * @param runId names everything the step writes, so that leftovers can be told
 * @param startedAt when the run began: the one "now" of the whole run
 * @param published what the environment shows, including what earlier steps of this run published
 * @param watch hears progress and carries cancellation
 */
public record StepContext(
    long runId, Instant startedAt, Published published, BuildOptions options, Watch watch) {

  /** Start of the name of every file the run writes. */
  public String filePrefix() {
    return filePrefix(runId);
  }

  /** Start of the name of every file a run has written. */
  public static String filePrefix(long runId) {
    return "r" + runId + "-";
  }
}
