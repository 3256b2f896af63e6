package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.decisions.experiments.analysis.Heterogeneity;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.PartEffect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Slice;
import dev.headrace.decisions.experiments.report.ExperimentReport.Split;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Effects by level of each dimension, and whether they differ. The tests of "all levels have the
 * same effect" are corrected over dimensions, metrics and variants together; within one of them,
 * the levels are.
 */
public final class Splits {
  /** Levels that are told by themselves; the units of the others are one level. */
  static final int MOST_LEVELS = 20;

  static final String OTHERS = "(other)";

  private final ExperimentSpec spec;
  private final Sums sums;
  private final Optional<DueLook> look;

  public Splits(ExperimentSpec spec, Sums sums, Optional<DueLook> look) {
    // A level is judged by itself: there are no strata in it.
    this.spec = spec.withAnalysis(spec.analysis().withoutStrata());
    this.sums = sums;
    this.look = look;
  }

  /** Of every metric in every dimension. */
  public List<Split> of(List<Measured> metrics) {
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < spec.dimensions().size(); i++) {
      Map<String, Map<String, Sums.Arm>> levels = levels(i);
      Map<String, Judgement> judgements = new LinkedHashMap<>();
      levels.forEach(
          (level, arms) ->
              judgements.put(
                  level,
                  new Judgement(spec, new Sums(arms, 0, sums.newestExposure(), Map.of()), look)));
      for (Measured metric : metrics) {
        splits.addAll(splits(spec.dimensions().get(i), metric, levels, judgements));
      }
    }
    return corrected(splits);
  }

  /** The largest levels, by name, and what is left. */
  private Map<String, Map<String, Sums.Arm>> levels(int dimension) {
    Map<String, Map<String, Sums.Arm>> all = new TreeMap<>();
    sums.slices()
        .getOrDefault(dimension, Map.of())
        .forEach(
            (level, arms) -> {
              Map<String, Sums.Arm> declared = new TreeMap<>(arms);
              declared.keySet().retainAll(spec.variants().keySet());
              all.put(level, declared);
            });
    if (all.size() <= MOST_LEVELS) {
      return all;
    }
    List<String> bySize =
        all.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<String, Map<String, Sums.Arm>> level) ->
                            -units(level.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .map(Map.Entry::getKey)
            .toList();
    Map<String, Map<String, Sums.Arm>> kept = new LinkedHashMap<>();
    bySize.stream()
        .limit(MOST_LEVELS - 1)
        .sorted()
        .forEach(level -> kept.put(level, all.getOrDefault(level, Map.of())));
    Map<String, Sums.Arm> others = Map.of();
    for (String level : bySize.subList(MOST_LEVELS - 1, bySize.size())) {
      others = Sums.with(others, all.getOrDefault(level, Map.of()), 1);
    }
    kept.put(OTHERS, others);
    return kept;
  }

  private static long units(Map<String, Sums.Arm> arms) {
    return arms.values().stream().mapToLong(Sums.Arm::units).sum();
  }

  private List<Split> splits(
      String dimension,
      Measured metric,
      Map<String, Map<String, Sums.Arm>> levels,
      Map<String, Judgement> judgements) {
    Map<String, Map<String, Answer<Inference>>> byVariant = new LinkedHashMap<>();
    judgements.forEach(
        (level, judgement) ->
            judgement
                .effects(metric)
                .forEach(
                    (variant, effect) ->
                        byVariant
                            .computeIfAbsent(variant, _ -> new LinkedHashMap<>())
                            .put(level, effect)));
    List<Split> splits = new ArrayList<>();
    byVariant.forEach(
        (variant, effects) -> {
          Heterogeneity.Report report =
              Heterogeneity.of(
                  tested(metric, variant, levels, effects), spec.analysis().correction());
          List<Slice> told = new ArrayList<>();
          effects.forEach(
              (level, effect) ->
                  told.add(
                      level(
                          level,
                          units(levels.getOrDefault(level, Map.of())),
                          effect,
                          Optional.ofNullable(report.adjustedP().get(level))
                              .flatMap(Answer::known))));
          splits.add(
              new Split(
                  dimension,
                  metric.metric(),
                  variant,
                  told,
                  report.equality().known().map(TestResult::pValue),
                  Optional.empty(),
                  report.unexplained().known(),
                  reason(report.equality())));
        });
    return splits;
  }

  /** Effects as the test of equality takes them, of the levels that have one. */
  private Map<String, Answer<PartEffect>> tested(
      Measured metric,
      String variant,
      Map<String, Map<String, Sums.Arm>> levels,
      Map<String, Answer<Inference>> effects) {
    Map<String, Map<String, Sums.Arm>> known = new LinkedHashMap<>(levels);
    known
        .keySet()
        .retainAll(
            effects.keySet().stream()
                .filter(level -> effects.get(level) instanceof Answer.Known)
                .toList());
    Map<String, Answer<PartEffect>> tested = new LinkedHashMap<>();
    Iterator<Answer<PartEffect>> parts =
        SameEffect.of(spec, metric, variant, known.values()).iterator();
    known.keySet().forEach(level -> tested.put(level, parts.next()));
    return tested;
  }

  private static Slice level(
      String level, long units, Answer<Inference> answer, Optional<Double> adjustedP) {
    Optional<Inference> effect = answer.known();
    return new Slice(
        level,
        units,
        effect.map(Inference::estimate),
        effect.map(e -> e.interval().lower()).filter(Double::isFinite),
        effect.map(e -> e.interval().upper()).filter(Double::isFinite),
        adjustedP,
        reason(answer));
  }

  private static Optional<String> reason(Answer<?> answer) {
    return answer instanceof Answer.Unknown<?>(Answer.Reason _, String detail)
        ? Optional.of(detail)
        : Optional.empty();
  }

  private List<Split> corrected(List<Split> splits) {
    double[] p =
        splits.stream()
            .flatMap(split -> split.equalityP().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    double[] adjusted = spec.analysis().correction().adjust(spec.analysis().alpha(), p);
    List<Split> corrected = new ArrayList<>();
    int next = 0;
    for (Split split : splits) {
      corrected.add(split.equalityP().isEmpty() ? split : split.withAdjustedP(adjusted[next++]));
    }
    return corrected;
  }
}
