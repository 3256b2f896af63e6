package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.multiple.SimultaneousIntervals;
import dev.headrace.decisions.experiments.report.ExperimentReport.AdjustedInterval;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Family;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Outcome;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The goals of an experiment in all its variants, as one family: p-values corrected over it, and
 * intervals that go with them. What has no p-value is not in it.
 */
final class GoalFamily {
  private final Judging judging;
  private final double[] adjusted;
  private final double alphaEach;

  private GoalFamily(Judging judging, double[] p) {
    this.judging = judging;
    double[] corrected = judging.correction().adjust(judging.alpha(), p);
    // Two stages may adjust downwards; what is not shown by itself is not shown beside others.
    this.adjusted =
        IntStream.range(0, p.length).mapToDouble(i -> Math.max(p[i], corrected[i])).toArray();
    this.alphaEach = SimultaneousIntervals.alphaOfEach(judging.correction(), judging.alpha(), p);
  }

  static GoalFamily of(Judging judging, List<Metric> metrics) {
    return new GoalFamily(
        judging,
        metrics.stream()
            .filter(metric -> metric.role() == Role.GOAL)
            .flatMap(metric -> metric.effects().stream())
            .flatMap(effect -> effect.pValue().stream())
            .mapToDouble(Double::doubleValue)
            .toArray());
  }

  /** Adjusted intervals have the level 1 - this. */
  double alphaEach() {
    return alphaEach;
  }

  /** An effect's interval of level 1 - {@link #alphaEach}; empty where it has none. */
  interface Intervals {
    Optional<Interval> of(String metric, String variant);
  }

  /** The goals as a family; other metrics as they are. */
  List<Metric> correct(List<Metric> metrics, Intervals intervals) {
    List<Metric> corrected = new ArrayList<>();
    int next = 0;
    for (Metric metric : metrics) {
      if (metric.role() != Role.GOAL) {
        corrected.add(metric);
        continue;
      }
      List<Effect> effects = new ArrayList<>();
      for (Effect effect : metric.effects()) {
        if (effect.pValue().isEmpty()) {
          effects.add(effect);
          continue;
        }
        double p = adjusted[next++];
        // Fieller's set at a higher level may be without ends where it had some.
        Interval interval =
            intervals.of(metric.metric(), effect.variant()).orElse(Interval.EVERYTHING);
        effects.add(
            effect.corrected(
                p,
                new AdjustedInterval(
                    alphaEach,
                    Outcomes.finite(interval.lower()),
                    Outcomes.finite(interval.upper())),
                p > judging.alpha() ? Outcome.NOT_SHOWN : effect.outcome()));
      }
      corrected.add(metric.withEffects(effects));
    }
    return corrected;
  }

  /** What is told of the family; empty where nothing is corrected. */
  Optional<Family> told(List<Metric> corrected) {
    if (adjusted.length == 0 || judging.correction() == Correction.NONE) {
      return Optional.empty();
    }
    List<String> beyond = new ArrayList<>();
    for (Metric metric : corrected) {
      for (Effect effect : metric.effects()) {
        if (effect.adjustedP().filter(this::isRejected).isPresent()
            && effect.adjustedInterval().orElseThrow().contains(0)) {
          beyond.add(metric.metric() + " in " + effect.variant());
        }
      }
    }
    return Optional.of(
        new Family(
            judging.correction(),
            SimultaneousIntervals.promise(judging.correction()),
            adjusted.length,
            (int) Arrays.stream(adjusted).filter(this::isRejected).count(),
            alphaEach,
            beyond));
  }

  private boolean isRejected(double adjustedP) {
    return adjustedP <= judging.alpha();
  }
}
