package dev.headrace.decisions.assignment;

import dev.headrace.decisions.assignment.hash.Place;
import java.util.List;
import java.util.Optional;

/**
 * How an experiment came to its decision about a unit, step by step. The steps end with the one
 * that decided.
 *
 * @param variant the one assigned; empty when the unit does not take part
 * @param reason the step that decided, such as {@code ASSIGNED} or {@code RAMP}
 * @param because the same in words
 */
public record Explanation(
    String experiment,
    String flag,
    String unit,
    List<Step> steps,
    Optional<String> variant,
    String reason,
    String because) {
  public Explanation {
    steps = List.copyOf(steps);
  }

  /**
   * One step.
   *
   * @param name such as {@code layer}
   * @param says what was compared, with the numbers
   * @param place the arithmetic of the hash, where one was computed
   * @param passed whether the next step is taken
   */
  public record Step(String name, String says, Optional<Place> place, boolean passed) {}
}
