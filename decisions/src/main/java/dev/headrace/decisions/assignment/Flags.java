package dev.headrace.decisions.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The flags as they are now: what a program that serves them asks. Notes exposures. Thread-safe.
 *
 * <p>Definitions and stops may change while it is used; each evaluation sees one state of both.
 */
public final class Flags {
  private final Supplier<State> state;
  private final InstantSource clock;
  private final Optional<ExposureLog> exposures;

  /**
   * What is evaluated.
   *
   * @param stopped names of flags and experiments that somebody has stopped
   */
  public record State(FlagSet flags, Set<String> stopped) {
    public State {
      stopped = Set.copyOf(stopped);
    }
  }

  /**
   * @param state asked for every evaluation; cheap
   * @param exposures where exposures are noted; empty for nowhere
   */
  public Flags(Supplier<State> state, InstantSource clock, Optional<ExposureLog> exposures) {
    this.state = state;
    this.clock = clock;
    this.exposures = exposures;
  }

  /** Evaluates one flag. */
  public Evaluation evaluate(String key, JsonNode attributes) {
    State now = state.get();
    Instant at = clock.instant();
    return noted(now.flags().evaluate(key, attributes, now.stopped(), at), at);
  }

  /** Evaluates all flags, by key. */
  public List<Evaluation> evaluateAll(JsonNode attributes) {
    State now = state.get();
    Instant at = clock.instant();
    return now.flags().evaluateAll(attributes, now.stopped(), at).stream()
        .map(evaluation -> noted(evaluation, at))
        .toList();
  }

  private Evaluation noted(Evaluation evaluation, Instant at) {
    if (exposures.isPresent() && evaluation instanceof Evaluation.Value value) {
      value.exposure().ifPresent(exposure -> exposures.get().log(exposure, at));
    }
    return evaluation;
  }
}
