package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.hypothesis.CountTest;
import dev.headrace.core.stats.hypothesis.GroupTest;
import dev.headrace.core.stats.hypothesis.KolmogorovSmirnov;
import dev.headrace.core.stats.hypothesis.PermutationTest;
import dev.headrace.core.stats.hypothesis.RankTest;
import dev.headrace.core.stats.hypothesis.Sample;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.interval.Resampling;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport.CrossCheck;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tests beside the effects, which decide nothing. Those of means need every unit's value, unless
 * sums say it: one more statement. They take neither covariates nor strata.
 */
public final class CrossChecks {
  /** Units that are dealt anew 2,000 times: some seconds for each metric. */
  private static final int MOST_RESAMPLED = 100_000;

  private static final int ROUNDS = 2_000;
  private static final long SEED = 1;

  private static final Answer<Found> NO_MEAN =
      Answer.unknown(Reason.NOT_APPLICABLE, "it is no mean of a value per unit");

  private final ExperimentSpec spec;
  private final UnitScan scan;
  private final Sums sums;
  private final Scanner scanner;

  public CrossChecks(ExperimentSpec spec, UnitScan scan, Sums sums, Scanner scanner) {
    this.spec = spec;
    this.scan = scan;
    this.sums = sums;
    this.scanner = scanner;
  }

  /**
   * All that the experiment asks for; of what it does not apply to, or is too large, the reason.
   */
  public List<CrossCheck> run(Watch watch) {
    List<ExperimentSpec.CrossCheck> tests = spec.analysis().crossChecks();
    if (tests.isEmpty()) {
      return List.of();
    }
    Optional<UnitValues> values =
        tests.stream().anyMatch(ExperimentSpec.CrossCheck::needsValues)
            ? Optional.of(UnitValues.read(scan, sums, scanner, watch))
            : Optional.empty();
    List<String> treatments =
        spec.variants().keySet().stream().filter(one -> !one.equals(spec.base())).toList();
    List<CrossCheck> checks = new ArrayList<>();
    for (Measured metric : scan.metrics()) {
      for (String variant : treatments) {
        for (ExperimentSpec.CrossCheck test : tests) {
          if (!test.comparesAll()) {
            checks.add(check(metric, Optional.of(variant), test, values));
          }
        }
      }
      for (ExperimentSpec.CrossCheck test : tests) {
        if (test.comparesAll()) {
          checks.add(check(metric, Optional.empty(), test, values));
        }
      }
    }
    return checks;
  }

  /**
   * @param variant what is compared with the baseline; empty for all variants at once
   */
  private CrossCheck check(
      Measured metric,
      Optional<String> variant,
      ExperimentSpec.CrossCheck test,
      Optional<UnitValues> values) {
    List<String> compared =
        variant
            .map(one -> List.of(spec.base(), one))
            .orElseGet(() -> List.copyOf(spec.variants().keySet()));
    Optional<String> few =
        compared.stream()
            .flatMap(
                one ->
                    Judgement.tooFew(metric, one, arm(one).map(Sums.Arm::units).orElse(0L))
                        .stream())
            .findFirst();
    if (few.isPresent()) {
      return told(metric, variant, test, Optional.empty(), few);
    }
    Answer<Found> found =
        test.isOfShares()
            ? ofShares(metric, test, compared)
            : test.needsValues()
                ? ofValues(metric, test, compared, values.orElseThrow())
                : ofSums(metric, compared);
    return switch (found) {
      case Answer.Unknown<Found>(Reason _, String detail) ->
          told(metric, variant, test, Optional.empty(), Optional.of(detail));
      case Answer.Known<Found>(Found known) ->
          told(metric, variant, test, Optional.of(known), Optional.empty());
    };
  }

  private Answer<Found> ofShares(
      Measured metric, ExperimentSpec.CrossCheck test, List<String> compared) {
    if (!(metric.shape() instanceof MetricShape.Proportion)) {
      return Answer.unknown(Reason.NOT_APPLICABLE, "it is no share of units");
    }
    long[][] table = new long[compared.size()][];
    for (int i = 0; i < table.length; i++) {
      Optional<Sums.Arm> arm = arm(compared.get(i));
      long units = arm.map(Sums.Arm::units).orElse(0L);
      long with = arm.map(one -> Math.round(moments(one, metric).sum(0))).orElse(0L);
      table[i] = new long[] {with, units - with};
    }
    return test == ExperimentSpec.CrossCheck.FISHER
        ? CountTest.fisher(
                table[1][0], table[1][1], table[0][0], table[0][1], Alternative.TWO_SIDED)
            .map(Found::of)
        : CountTest.independence(table, CountTest.Continuity.NONE).map(Found::of);
  }

  private Answer<Found> ofSums(Measured metric, List<String> compared) {
    if (!(metric.shape() instanceof MetricShape.Mean)) {
      return NO_MEAN;
    }
    List<Sample> arms = new ArrayList<>();
    for (String variant : compared) {
      Optional<Sums.Arm> arm = arm(variant);
      if (arm.isPresent() && !arm.get().isFinite(metric)) {
        return Answer.unknown(Reason.NOT_FINITE, Judgement.INFINITE);
      }
      arms.add(
          arm.map(one -> moments(one, metric))
              .map(one -> new Sample(one.count(), one.mean(0), one.variance(0)))
              .orElseGet(() -> new Sample(0, 0, 0)));
    }
    return GroupTest.welchAnova(arms).map(Found::of);
  }

  private Optional<Sums.Arm> arm(String variant) {
    return Optional.ofNullable(sums.arms().get(variant)).filter(arm -> arm.units() > 0);
  }

  private static Moments moments(Sums.Arm arm, Measured metric) {
    return arm.moments(List.of(metric.columns().getFirst()));
  }

  private Answer<Found> ofValues(
      Measured metric, ExperimentSpec.CrossCheck test, List<String> compared, UnitValues values) {
    if (!(metric.shape() instanceof MetricShape.Mean)) {
      return NO_MEAN;
    }
    if (values.count() > UnitValues.MOST) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE,
          "%d values are more than %d, which are held in memory"
              .formatted(values.count(), UnitValues.MOST));
    }
    double[][] arms =
        compared.stream().map(variant -> values.of(metric, variant)).toArray(double[][]::new);
    int units = 0;
    for (double[] arm : arms) {
      units += arm.length;
      if (arm.length > 0 && !Double.isFinite(arm[0] + arm[arm.length - 1])) {
        return Answer.unknown(Reason.NOT_FINITE, Judgement.INFINITE);
      }
    }
    if (!test.comparesAll() && (arms[0].length == 0 || arms[1].length == 0)) {
      return Answer.unknown(
          Reason.TOO_FEW_VALUES,
          "there are %d and %d units".formatted(arms[0].length, arms[1].length));
    }
    if (test.resamples() && units > MOST_RESAMPLED) {
      return Answer.unknown(
          Reason.NOT_APPLICABLE,
          "%d units are more than %d, which are dealt anew %d times"
              .formatted(units, MOST_RESAMPLED, ROUNDS));
    }
    if (test.resamples() && !Double.isFinite(effect(arms[0], arms[1]))) {
      return Answer.unknown(
          Reason.ZERO_BASELINE, "the baseline is zero, so there is no relative effect");
    }
    return ofValues(test, arms);
  }

  private Answer<Found> ofValues(ExperimentSpec.CrossCheck test, double[][] arms) {
    double[] baseline = arms[0];
    double[] treatment = arms[1];
    return switch (test) {
      case MANN_WHITNEY ->
          RankTest.mannWhitney(
                  treatment, baseline, RankTest.PValue.AUTOMATIC, Alternative.TWO_SIDED)
              .map(
                  u ->
                      Found.of(
                          u.statistic() / ((double) baseline.length * treatment.length),
                          u.pValue()));
      case KOLMOGOROV_SMIRNOV ->
          KolmogorovSmirnov.twoSamples(baseline, treatment, KolmogorovSmirnov.PValue.AUTOMATIC)
              .map(Found::of);
      case PERMUTATION ->
          PermutationTest.random(
                  treatment,
                  baseline,
                  PermutationTest::differenceOfMeans,
                  ROUNDS,
                  SEED,
                  Alternative.TWO_SIDED)
              .map(p -> Found.of(effect(baseline, treatment), p.pValue()));
      case BOOTSTRAP ->
          new Resampling(ROUNDS, SEED, spec.analysis().alpha())
              .percentile(baseline, treatment, this::effect)
              .map(
                  interval ->
                      new Found(
                          Optional.of(effect(baseline, treatment)),
                          Optional.empty(),
                          Optional.of(interval)));
      case BROWN_FORSYTHE -> GroupTest.levene(GroupTest.Center.MEDIAN, arms).map(Found::of);
      case KRUSKAL_WALLIS -> GroupTest.kruskalWallis(arms).map(Found::of);
      case ANOVA, CHI_SQUARED, FISHER -> throw new IllegalArgumentException(test.name());
    };
  }

  /**
   * @param statistic empty where it is infinite
   */
  private record Found(
      Optional<Double> statistic, Optional<Double> pValue, Optional<Interval> interval) {
    static Found of(TestResult result) {
      return of(result.statistic(), result.pValue());
    }

    static Found of(double statistic, double pValue) {
      return new Found(
          Double.isFinite(statistic) ? Optional.of(statistic) : Optional.empty(),
          Optional.of(pValue),
          Optional.empty());
    }
  }

  private double effect(double[] baseline, double[] treatment) {
    double base = Sample.of(baseline).mean();
    double gap = Sample.of(treatment).mean() - base;
    return spec.analysis().effect() == Scale.RELATIVE ? gap / Math.abs(base) : gap;
  }

  private static CrossCheck told(
      Measured metric,
      Optional<String> variant,
      ExperimentSpec.CrossCheck test,
      Optional<Found> found,
      Optional<String> reason) {
    return new CrossCheck(
        metric.metric(),
        variant,
        test,
        found.flatMap(Found::statistic),
        found.flatMap(Found::pValue),
        found.flatMap(Found::interval).map(Interval::lower),
        found.flatMap(Found::interval).map(Interval::upper),
        reason);
  }
}
