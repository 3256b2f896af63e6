package dev.headrace.decisions.experiments.health;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.SampleRatio;
import dev.headrace.decisions.experiments.report.ExperimentReport.Arm;
import dev.headrace.decisions.experiments.report.ExperimentReport.Level;
import dev.headrace.decisions.experiments.report.ExperimentReport.Warning;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether units were assigned as the experiment means: to whom, how many, once, and in time. */
final class AssignedUnits {
  /** Share of lost rows: as many would hide a mismatch of samples from its test. */
  private static final double LEFT_OUT_ALARM = 0.001;

  /** Share of the units that hide at most as much of an effect. */
  private static final double MET_BEFORE_ALARM = 0.01;

  private final ExperimentSpec spec;
  private final Sums sums;
  private final List<Arm> arms;
  private final Scanner.LeftOut leftOut;
  private final Scanner.MetBefore metBefore;
  private final List<Warning> health = new ArrayList<>();

  /**
   * @param leftOut rows of the assignments that are in no sum
   * @param metBefore units that were exposed before the period
   */
  AssignedUnits(
      ExperimentSpec spec,
      Sums sums,
      List<Arm> arms,
      Scanner.LeftOut leftOut,
      Scanner.MetBefore metBefore) {
    this.spec = spec;
    this.sums = sums;
    this.arms = arms;
    this.leftOut = leftOut;
    this.metBefore = metBefore;
  }

  List<Warning> check() {
    variants();
    boolean severalLooks = spec.analysis().sequential() != Sequential.NONE;
    health.add(sampleRatio("sample-ratio", severalLooks, Level.INVALID));
    severalVariants();
    otherVariants();
    leftOut();
    metBefore();
    health.add(
        sampleRatio("sample-ratio-always-valid", true, severalLooks ? Level.INVALID : Level.WARN));
    return health;
  }

  private void add(String check, Level level, Optional<Double> figure, String text) {
    health.add(new Warning(check, level, figure, text));
  }

  private void variants() {
    List<String> empty = arms.stream().filter(arm -> arm.units() == 0).map(Arm::variant).toList();
    if (empty.isEmpty()) {
      add("variants", Level.OK, Optional.empty(), "every variant has units");
    } else if (empty.size() == arms.size() && sums.arms().isEmpty()) {
      add("variants", Level.INVALID, Optional.empty(), nobody());
    } else {
      add(
          "variants",
          Level.INVALID,
          Optional.empty(),
          "the assignments have no unit of " + String.join(", ", empty));
    }
  }

  private String nobody() {
    ExperimentSpec.Period period = spec.period();
    return period == null
        ? "the assignments have no unit"
        : "no unit was exposed "
            + (period.end() == null
                ? "since " + period.start()
                : "from %s to %s".formatted(period.start(), period.end()));
  }

  private Warning sampleRatio(String check, boolean sequential, Level alarm) {
    long[] units = arms.stream().mapToLong(Arm::units).toArray();
    double[] weights = arms.stream().mapToDouble(Arm::expected).toArray();
    Answer<TestResult> test =
        sequential ? SampleRatio.sequential(units, weights) : SampleRatio.test(units, weights);
    return switch (test) {
      case Answer.Unknown<TestResult>(Answer.Reason _, String detail) ->
          new Warning(check, Level.WARN, Optional.empty(), "not tested: " + detail);
      case Answer.Known<TestResult>(TestResult result) ->
          new Warning(
              check,
              result.pValue() < Health.ALARM_P ? alarm : Level.OK,
              Optional.of(result.pValue()),
              (result.pValue() < Health.ALARM_P
                      ? "the variants do not have the shares of units they were meant to get"
                      : "the variants have the shares of units they were meant to get")
                  + HealthPanel.p(result.pValue()));
    };
  }

  private void severalVariants() {
    long units = arms.stream().mapToLong(Arm::units).sum() + sums.inSeveral();
    double several = Health.multipleExposure(sums.inSeveral(), units).known().orElse(0.0);
    add(
        "several-variants",
        several > Health.ALARM_SHARE ? Level.WARN : Level.OK,
        Optional.of(several),
        "%d of %d units met several variants and are measured in none"
            .formatted(sums.inSeveral(), units));
  }

  /** Of rows that are lost, nobody knows whether they are lost in all variants alike. */
  private void leftOut() {
    if (leftOut.leftOut() == 0) {
      return;
    }
    double share = (double) leftOut.leftOut() / leftOut.all();
    add(
        "rows-left-out",
        share > LEFT_OUT_ALARM ? Level.WARN : Level.OK,
        Optional.of(share),
        String.format(
            Locale.ROOT,
            "%,d of %,d rows of '%s' have no unit, no variant or no time, and are left out",
            leftOut.leftOut(),
            leftOut.all(),
            spec.assignments()));
  }

  /** What a unit does after its exposure is no covariate, and its exposure is its first one. */
  private void metBefore() {
    if (metBefore.metBefore() == 0) {
      return;
    }
    double share = (double) metBefore.metBefore() / metBefore.units();
    boolean covariates = spec.analysis().cuped() != null;
    add(
        "exposed-before-period",
        share <= MET_BEFORE_ALARM ? Level.OK : covariates ? Level.INVALID : Level.WARN,
        Optional.of(share),
        String.format(
            Locale.ROOT,
            "%,d of %,d units met a variant before the period, and are taken as first exposed within it: %s",
            metBefore.metBefore(),
            metBefore.units(),
            covariates
                ? "what the variant did to them by then is in their covariate; let 'period' start with the first exposures, or leave 'cuped' out"
                : "what it did to them by then is not counted; let 'period' start with the first exposures to count it"));
  }

  private void otherVariants() {
    List<String> others =
        sums.arms().keySet().stream().filter(v -> !spec.variants().containsKey(v)).toList();
    if (!others.isEmpty()) {
      add(
          "other-variants",
          Level.WARN,
          Optional.empty(),
          "the assignments also have units of "
              + String.join(", ", others)
              + ", which the experiment does not declare");
    }
  }
}
