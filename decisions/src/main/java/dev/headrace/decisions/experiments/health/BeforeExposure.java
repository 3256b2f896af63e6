package dev.headrace.decisions.experiments.health;

import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether what units did before their exposure is as it should be where nothing was done yet. */
final class BeforeExposure {
  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final Sums sums;

  BeforeExposure(ExperimentSpec spec, UnitScan scan, Sums sums) {
    this.spec = spec;
    this.scan = scan;
    this.sums = sums;
  }

  private Map<String, Moments> moments(Measured measured) {
    Map<String, Moments> moments = new LinkedHashMap<>();
    for (String variant : spec.variants().keySet()) {
      Sums.Arm arm = sums.arms().get(variant);
      if (arm != null && arm.isFinite(measured)) {
        moments.put(variant, arm.moments(measured));
      }
    }
    return moments;
  }

  /** The lowest of the metrics' p-values; they share the alarm. */
  Optional<Warning> covariates() {
    Map<String, Measured> adjusted = new LinkedHashMap<>();
    scan.covariates().forEach(covariate -> adjusted.put(covariate.metric(), covariate));
    scan.metrics().stream()
        .filter(Measured::adjusted)
        .forEach(metric -> adjusted.put(metric.metric(), metric));
    double lowest = 2;
    String worst = "";
    for (Measured measured : adjusted.values()) {
      // Of what is only a covariate there is nothing but its past.
      int column = measured.adjusted() ? measured.shape().inputs() : 0;
      Map<String, Moments> moments = moments(measured);
      if (moments.size() < 2) {
        continue;
      }
      Optional<TestResult> test = Health.covariateBalance(moments, column).known();
      if (test.isPresent() && test.get().pValue() < lowest) {
        lowest = test.get().pValue();
        worst = measured.metric();
      }
    }
    if (lowest > 1) {
      return Optional.empty();
    }
    double corrected = Math.min(1, adjusted.size() * lowest);
    boolean alarm = corrected < Health.ALARM_P;
    return Optional.of(
        new Warning(
            "before-exposure",
            alarm ? Level.WARN : Level.OK,
            Optional.of(corrected),
            (alarm
                        ? "variants differed in %s before their units were exposed"
                        : "variants were alike before exposure, least of all in %s")
                    .formatted(worst)
                + HealthPanel.p(corrected)));
  }

  /**
   * Where more is counted before exposure than after it, though units were watched no longer,
   * exposures may be recorded too late: of those who converted. A lookback that is longer than the
   * time after exposure counts in proportion.
   *
   * @param watched mean number of days after exposure
   */
  Optional<Warning> exposureAfterConversion(Optional<Double> watched) {
    Optional<Duration> lookback = scan.exposure().lookback();
    if (watched.isEmpty() || lookback.isEmpty()) {
      return Optional.empty();
    }
    double share = Math.min(1, watched.get() * 86_400 / lookback.get().toSeconds());
    String worst = "";
    double highest = -1;
    for (UnitScan.Beforehand metric : scan.beforehand()) {
      double after = 0;
      double before = 0;
      for (String variant : spec.variants().keySet()) {
        Sums.Arm arm = sums.arms().getOrDefault(variant, Sums.Arm.empty());
        after += arm.sum(metric.after()).doubleValue();
        before += arm.sum(metric.before()).doubleValue();
      }
      // Of one that never came after exposure, each before it is one too many.
      double ratio = before / Math.max(1, after) * share;
      if (ratio > highest) {
        highest = ratio;
        worst = metric.metric();
      }
    }
    if (highest < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Warning(
            "exposure-after-conversion",
            highest > 2 ? Level.WARN : Level.OK,
            Optional.of(highest),
            String.format(
                Locale.ROOT,
                highest > 2
                    ? "%s came %.3g times as often before exposure as after it: exposures may be"
                        + " recorded too late"
                    : "exposures are not recorded after the fact: %s came %.3g times as often"
                        + " before exposure as after it",
                worst,
                highest)));
  }
}
