package dev.headrace.core.project;

import dev.headrace.core.project.spec.Default;
import dev.headrace.core.project.spec.Doc;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How runs go about their steps.
 *
 * @param parallel steps at once; null for one per processor
 */
@Doc("How runs go about their steps.")
public record RunConfig(
    @Doc("Steps at once, from 1; one per processor where absent.") @Nullable Integer parallel,
    @Doc("How often a step is tried again when something outside Headrace failed, from 0.")
        @Default("3")
        int retries,
    @Doc("Wait before the first retry; doubled for each further one.") @Default("1s")
        Duration retryDelay) {
  public RunConfig {
    if (parallel != null && parallel < 1) {
      throw new IllegalArgumentException("must have 'parallel' of at least 1, but is " + parallel);
    }
    if (retries < 0) {
      throw new IllegalArgumentException("must have 'retries' of at least 0, but is " + retries);
    }
  }
}
