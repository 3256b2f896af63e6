package dev.headrace.decisions.experiments.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a report told, as far as two can be compared.
 *
 * @param sentence the verdict
 * @param fingerprint of the definition
 * @param code the version of the program
 * @param tables what was read: the state of each table by its name
 * @param run the newest of the runs that published them
 * @param numbers figures; one that was unknown is empty
 */
public record Told(
    String experiment,
    String sentence,
    String fingerprint,
    String code,
    Map<String, String> tables,
    long run,
    Map<Figure, Optional<Double>> numbers) {
  public Told {
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }

  /**
   * One figure.
   *
   * @param what for example {@code effect}
   */
  public record Figure(String metric, String variant, String what) {}

  /** What a report tells. */
  public static Told of(ExperimentReport report) {
    Map<String, String> tables = new LinkedHashMap<>();
    long run = 0;
    for (ExperimentReport.Table table : report.tables()) {
      tables.put(table.table(), state(table.snapshot().map(String::valueOf), table.state()));
      run = Math.max(run, table.run());
    }
    Map<Figure, Optional<Double>> numbers = new LinkedHashMap<>();
    for (ExperimentReport.Metric metric : report.metrics()) {
      metric
          .values()
          .forEach(
              value -> {
                numbers.put(
                    new Figure(metric.metric(), value.variant(), "units"),
                    Optional.of((double) value.units()));
                numbers.put(new Figure(metric.metric(), value.variant(), "value"), value.value());
              });
      metric
          .effects()
          .forEach(
              effect -> {
                String variant = effect.variant();
                numbers.put(new Figure(metric.metric(), variant, "effect"), effect.estimate());
                numbers.put(new Figure(metric.metric(), variant, "lower"), effect.lower());
                numbers.put(new Figure(metric.metric(), variant, "upper"), effect.upper());
                effect
                    .adjustedInterval()
                    .ifPresent(
                        interval -> {
                          numbers.put(
                              new Figure(metric.metric(), variant, "adjusted lower"),
                              interval.lower());
                          numbers.put(
                              new Figure(metric.metric(), variant, "adjusted upper"),
                              interval.upper());
                        });
                numbers.put(
                    new Figure(metric.metric(), variant, "p"),
                    effect.adjustedP().or(effect::pValue).or(effect::probabilityBetter));
              });
    }
    return new Told(
        report.experiment(),
        report.verdict().sentence(),
        report.fingerprint(),
        report.code(),
        tables,
        run,
        numbers);
  }

  /** A table's snapshot, or of a view what it is made of. */
  public static String state(Optional<String> snapshot, String state) {
    return snapshot.map(id -> "snapshot " + id).orElse(state);
  }
}
