package dev.headrace.decisions.assignment.growthbook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an experiment comes to for one unit.
 *
 * @param inExperiment whether the unit takes part; if not, the value is the first variation's
 * @param hashUsed whether the hash decided rather than somebody's hand
 * @param key the variation's, by default its number
 * @param name the variation's, where it has one
 * @param bucket where the hash fell, from 0 to 1
 * @param passthrough whether a feature goes on to its next rule all the same
 * @param leaf which leaf of a contextual bandit decided
 */
public record ExperimentResult(
    boolean inExperiment,
    int variationId,
    JsonNode value,
    boolean hashUsed,
    String hashAttribute,
    JsonNode hashValue,
    String key,
    Optional<String> name,
    OptionalDouble bucket,
    boolean stickyBucketUsed,
    boolean passthrough,
    Optional<Leaf> leaf) {

  /**
   * A leaf of a contextual bandit.
   *
   * @param id -1 when none is for the unit
   * @param banditVersion absent where the payload names none
   */
  public record Leaf(int id, List<Double> weights, Optional<JsonNode> banditVersion) {
    public Leaf {
      weights = List.copyOf(weights);
    }
  }
}
