package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Answer;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.Analysis.Stratum;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The arms of an experiment within the levels of the dimensions that it is stratified by. */
public final class StratifiedArms {
  /**
   * Units that a stratum has in each variant, or more. A stratum of n units has a mean whose
   * variance is estimated from n - 1 differences; below about ten that estimate is noise, and a
   * metric that no unit of a stratum has would count as if it did not vary there.
   */
  public static final int FEWEST_UNITS = 10;

  private final ExperimentSpec spec;
  private final Map<String, Map<String, Sums.Arm>> levels;

  StratifiedArms(ExperimentSpec spec, Sums sums) {
    this.spec = spec;
    this.levels = levels(spec, sums);
  }

  /** The arms by stratum; none where an experiment has no strata. */
  public static Map<String, Map<String, Sums.Arm>> levels(ExperimentSpec spec, Sums sums) {
    List<String> by = spec.analysis().stratify();
    int slice = by.size() == 1 ? spec.dimensions().indexOf(by.getFirst()) : Sums.CROSSED;
    return by.isEmpty() ? Map.of() : sums.slices().getOrDefault(slice, Map.of());
  }

  /** The arms by stratum of the units that were exposed on each day. */
  static NavigableMap<LocalDate, Map<String, Map<String, Sums.Arm>>> byDay(Sums sums) {
    NavigableMap<LocalDate, Map<String, Map<String, Sums.Arm>>> byDay = new TreeMap<>();
    sums.slices()
        .getOrDefault(Sums.CROSSED_BY_DAY, Map.of())
        .forEach(
            (level, arms) -> {
              int end = level.lastIndexOf(Sums.AND);
              LocalDate day = LocalDate.parse(level.substring(end + 1).substring(0, 10));
              byDay.computeIfAbsent(day, _ -> new TreeMap<>()).put(level.substring(0, end), arms);
            });
    return byDay;
  }

  /** Whether a metric is judged by strata: quantiles of parts do not add up. */
  boolean areFor(Measured measured) {
    return areFor(spec, measured);
  }

  /** The same of an experiment. */
  public static boolean areFor(ExperimentSpec spec, Measured measured) {
    return !spec.analysis().stratify().isEmpty()
        && !(measured.shape() instanceof MetricShape.Quantile);
  }

  /** A variant against the baseline; unknown where a stratum has too few units. */
  Answer<Inference> compare(Analysis analysis, Measured measured, String variant) {
    return compare(analysis, measured, variant, levels);
  }

  /**
   * The same of some of the units.
   *
   * @param levels their arms by stratum
   */
  Answer<Inference> compare(
      Analysis analysis,
      Measured measured,
      String variant,
      Map<String, Map<String, Sums.Arm>> levels) {
    List<Stratum> strata = new ArrayList<>();
    for (Map.Entry<String, Map<String, Sums.Arm>> level : levels.entrySet()) {
      Sums.Arm base = level.getValue().getOrDefault(spec.base(), Sums.Arm.empty());
      Sums.Arm arm = level.getValue().getOrDefault(variant, Sums.Arm.empty());
      if (base.units() + arm.units() == 0) {
        continue;
      }
      Optional<String> few =
          base.units() < FEWEST_UNITS
              ? Optional.of(few(level.getKey(), spec.base(), base.units()))
              : arm.units() < FEWEST_UNITS
                  ? Optional.of(few(level.getKey(), variant, arm.units()))
                  : Optional.empty();
      if (few.isPresent()) {
        return Answer.unknown(Answer.Reason.TOO_FEW_VALUES, few.get());
      }
      if (!base.isFinite(measured) || !arm.isFinite(measured)) {
        return Answer.unknown(Answer.Reason.NOT_FINITE, Judgement.INFINITE);
      }
      strata.add(new Stratum(base.moments(measured), arm.moments(measured)));
    }
    return analysis.compareWithin(strata);
  }

  private String few(String level, String variant, long units) {
    return "the stratum %s has %d %s in %s, and strata take %d or more: stratify by coarser levels"
        .formatted(name(spec, level), units, units == 1 ? "unit" : "units", variant, FEWEST_UNITS);
  }

  /** A stratum as it is told: dimensions with their levels. */
  public static String name(ExperimentSpec spec, String level) {
    List<String> names = spec.dimensions();
    List<Integer> by = spec.analysis().stratify().stream().map(names::indexOf).sorted().toList();
    List<String> parts = Arrays.asList(level.split(Sums.AND, -1));
    return IntStream.range(0, by.size())
        .mapToObj(i -> names.get(by.get(i)) + " '" + parts.get(i) + "'")
        .collect(Collectors.joining(" and "));
  }
}
