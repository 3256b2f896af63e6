package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Answer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One metric of one experiment.
 *
 * @param baseline the arm the others are compared with
 * @param arms every arm by itself, in the order given
 * @param effects every other arm against the baseline, in the same order
 */
public record MetricResult(
    String baseline, Map<String, ArmSummary> arms, Map<String, Answer<Inference>> effects) {
  public MetricResult {
    arms = Collections.unmodifiableMap(new LinkedHashMap<>(arms));
    effects = Collections.unmodifiableMap(new LinkedHashMap<>(effects));
  }
}
