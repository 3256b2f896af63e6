package dev.headrace.decisions.experiments.judging;

import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.PartEffect;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An experiment by the day on which its units were first exposed. Every unit is in one day. */
public final class Days {
  /** Few enough that each has many units, many enough to see a trend. */
  private static final int STRETCHES = 6;

  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final NavigableMap<LocalDate, Map<String, Sums.Arm>> days;

  public Days(ExperimentSpec spec, UnitScan scan, Sums sums) {
    this.spec = spec;
    this.scan = scan;
    this.days = days(spec, sums);
  }

  /** The arms of the units that were exposed on each day. */
  static NavigableMap<LocalDate, Map<String, Sums.Arm>> days(ExperimentSpec spec, Sums sums) {
    NavigableMap<LocalDate, Map<String, Sums.Arm>> days = new TreeMap<>();
    sums.slices()
        .getOrDefault(spec.dimensions().size(), Map.of())
        .forEach((day, arms) -> days.put(LocalDate.parse(day.substring(0, 10)), arms));
    return days;
  }

  /** Units of the declared variants that were exposed until a day, it included. */
  public static long unitsUntil(ExperimentSpec spec, Sums sums, LocalDate day) {
    return days(spec, sums).headMap(day, true).values().stream()
        .flatMap(arms -> arms.entrySet().stream())
        .filter(arm -> spec.variants().containsKey(arm.getKey()))
        .mapToLong(arm -> arm.getValue().units())
        .sum();
  }

  /** How many days there are from the first exposure to the last one. */
  public int length() {
    return days.isEmpty()
        ? 0
        : (int) (days.lastKey().toEpochDay() - days.firstKey().toEpochDay() + 1);
  }

  /**
   * The mean number of days a unit was watched, from its exposure to the end of the period or the
   * newest day.
   *
   * @param until the last day that is over, of those that rows have reached
   */
  public Optional<Double> watched(Optional<LocalDate> until) {
    if (days.isEmpty()) {
      return Optional.empty();
    }
    ExperimentSpec.Period period = spec.period();
    LocalDate newest = days.lastKey();
    boolean goesOn = until.filter(newest::isBefore).isPresent();
    LocalDate known = goesOn ? until.orElseThrow() : newest;
    LocalDate end = period == null || period.end() == null ? known : period.end();
    // While it runs, nobody knows of more than the newest day, and of one of exposures not the
    // whole.
    boolean runs = known.isBefore(end);
    if (runs) {
      end = known;
    }
    double units = 0;
    double sum = 0;
    for (Map.Entry<LocalDate, Map<String, Sums.Arm>> day : days.entrySet()) {
      long exposed = day.getValue().values().stream().mapToLong(Sums.Arm::units).sum();
      units += exposed;
      sum +=
          exposed * (end.toEpochDay() - day.getKey().toEpochDay() + (runs && !goesOn ? 0.5 : 1.0));
    }
    return Optional.of(sum / units);
  }

  /** Effects in stretches of days of the same length, in order. */
  public List<PartEffect> stretches(String metric, String variant) {
    List<Map<String, Sums.Arm>> groups = new ArrayList<>();
    int count = Math.min(STRETCHES, length());
    for (int i = 0; i < count; i++) {
      LocalDate first = days.firstKey().plusDays((long) length() * i / count);
      LocalDate end = days.firstKey().plusDays((long) length() * (i + 1) / count);
      groups.add(together(days.subMap(first, true, end, false).values()));
    }
    return effects(groups, metric, variant);
  }

  /** Effects of units exposed on each weekday. */
  public List<PartEffect> weekdays(String metric, String variant) {
    Map<DayOfWeek, List<Map<String, Sums.Arm>>> byWeekday = new EnumMap<>(DayOfWeek.class);
    days.forEach(
        (day, arms) ->
            byWeekday.computeIfAbsent(day.getDayOfWeek(), _ -> new ArrayList<>()).add(arms));
    return effects(byWeekday.values().stream().map(Days::together).toList(), metric, variant);
  }

  private static Map<String, Sums.Arm> together(Collection<Map<String, Sums.Arm>> parts) {
    return parts.stream()
        .flatMap(arms -> arms.entrySet().stream())
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a.with(b, 1), TreeMap::new));
  }

  private List<PartEffect> effects(
      List<Map<String, Sums.Arm>> groups, String metric, String variant) {
    Measured measured = measured(metric);
    if (measured.shape() instanceof MetricShape.Quantile) {
      return List.of();
    }
    return SameEffect.of(
            spec,
            measured,
            variant,
            groups.stream()
                .filter(arms -> arms.values().stream().allMatch(arm -> arm.isFinite(measured)))
                .toList())
        .stream()
        .flatMap(effect -> effect.known().stream())
        .toList();
  }

  public List<String> treatments() {
    return spec.variants().keySet().stream()
        .filter(variant -> !variant.equals(spec.base()))
        .toList();
  }

  private Measured measured(String metric) {
    return scan.metrics().stream()
        .filter(one -> one.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }
}
