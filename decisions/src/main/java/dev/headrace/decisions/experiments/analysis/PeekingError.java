package dev.headrace.decisions.experiments.analysis;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.GroupSequential.Look;
import java.util.ArrayList;
import java.util.List;

/** What looking at an ordinary test again and again does to its level. */
final class PeekingError {
  private PeekingError() {}

  static double of(Alternative alternative, double alpha, int looks) {
    if (looks < 1) {
      throw new IllegalArgumentException(looks + " looks");
    }
    double critical = Normal.upperQuantile(alternative.tailOf(alpha));
    List<Look> plan = new ArrayList<>();
    for (int i = 1; i <= looks; i++) {
      plan.add(new Look((double) i / looks, alpha, critical, alpha));
    }
    return GroupSequential.crossing(plan, alternative, 0)[looks - 1];
  }
}
