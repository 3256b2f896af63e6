package dev.headrace.decisions.experiments.judging;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Answer.Reason;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.hypothesis.KolmogorovSmirnov;
import dev.headrace.core.stats.hypothesis.PermutationTest;
import dev.headrace.core.stats.hypothesis.RankTest;
import dev.headrace.core.stats.hypothesis.Sample;
import dev.headrace.core.stats.interval.Resampling;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.report.ExperimentReport.CrossCheck;
import dev.headrace.decisions.experiments.scan.Scanner;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.spi.engine.Rows;
import dev.headrace.spi.engine.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tests of the values of a mean's units, beside what sums say of them. They need every value: one
 * more statement, and 8 bytes for each unit and metric. They take values as metrics limit them, and
 * neither covariates nor strata.
 */
public final class CrossChecks {
  /** Values of all metrics and units together: 160 MB. */
  private static final long MOST_VALUES = 20_000_000;

  /** Units that are dealt anew 2,000 times: some seconds for each metric. */
  private static final int MOST_RESAMPLED = 100_000;

  private static final int ROUNDS = 2_000;
  private static final long SEED = 1;

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

  /** All that the experiment asks for; of what is no mean per unit, or too large, the reason. */
  public List<CrossCheck> run(Watch watch) {
    List<ExperimentSpec.CrossCheck> tests = spec.analysis().crossChecks();
    if (tests.isEmpty()) {
      return List.of();
    }
    List<Measured> means =
        scan.metrics().stream().filter(one -> one.shape() instanceof MetricShape.Mean).toList();
    long values = sums.arms().values().stream().mapToLong(Sums.Arm::units).sum() * means.size();
    Map<String, double[][]> read =
        means.isEmpty() || values > MOST_VALUES ? Map.of() : values(means, watch);
    List<CrossCheck> checks = new ArrayList<>();
    for (Measured metric : scan.metrics()) {
      int place = means.indexOf(metric);
      for (String variant : spec.variants().keySet()) {
        if (variant.equals(spec.base())) {
          continue;
        }
        for (ExperimentSpec.CrossCheck test : tests) {
          checks.add(
              place < 0
                  ? silent(metric, variant, test, "it is no mean of a value per unit")
                  : values > MOST_VALUES
                      ? silent(
                          metric,
                          variant,
                          test,
                          "%d values are more than %d, which are held in memory"
                              .formatted(values, MOST_VALUES))
                      : check(
                          metric,
                          variant,
                          test,
                          of(read, spec.base(), place),
                          of(read, variant, place)));
        }
      }
    }
    return checks;
  }

  private static double[] of(Map<String, double[][]> read, String variant, int place) {
    double[][] values = read.get(variant);
    return values == null ? new double[0] : values[place];
  }

  /** In rising order, so that chance draws the same from them in whatever order they come. */
  private Map<String, double[][]> values(List<Measured> means, Watch watch) {
    Map<String, double[][]> all = new TreeMap<>();
    Map<String, Integer> filled = new TreeMap<>();
    sums.arms()
        .forEach((variant, arm) -> all.put(variant, new double[means.size()][(int) arm.units()]));
    List<String> items = new ArrayList<>(List.of("variant"));
    means.forEach(mean -> items.add(UnitScan.value(mean.columns().getFirst())));
    String sql = scan.values(items) + "\nwhere variant is not null";
    try (Rows rows = scanner.rows(scan, sql, watch)) {
      for (List<@Nullable Object> row = rows.next(); row != null; row = rows.next()) {
        double[][] arm = all.get(String.valueOf(row.getFirst()));
        int unit = filled.merge(String.valueOf(row.getFirst()), 1, Integer::sum) - 1;
        for (int i = 0; arm != null && i < arm.length; i++) {
          arm[i][unit] = row.get(i + 1) instanceof Number value ? value.doubleValue() : Double.NaN;
        }
      }
    }
    all.values().forEach(arm -> Arrays.stream(arm).forEach(Arrays::sort));
    return all;
  }

  private CrossCheck check(
      Measured metric,
      String variant,
      ExperimentSpec.CrossCheck test,
      double[] baseline,
      double[] treatment) {
    if (baseline.length == 0 || treatment.length == 0) {
      return silent(
          metric,
          variant,
          test,
          "there are %d and %d units".formatted(baseline.length, treatment.length));
    }
    if (!Double.isFinite(baseline[0] + baseline[baseline.length - 1])
        || !Double.isFinite(treatment[0] + treatment[treatment.length - 1])) {
      return silent(metric, variant, test, Judgement.INFINITE);
    }
    boolean resampled =
        test == ExperimentSpec.CrossCheck.PERMUTATION
            || test == ExperimentSpec.CrossCheck.BOOTSTRAP;
    int units = baseline.length + treatment.length;
    if (resampled && units > MOST_RESAMPLED) {
      return silent(
          metric,
          variant,
          test,
          "%d units are more than %d, which are dealt anew %d times"
              .formatted(units, MOST_RESAMPLED, ROUNDS));
    }
    Answer<Found> found =
        switch (test) {
          case MANN_WHITNEY ->
              RankTest.mannWhitney(
                      treatment, baseline, RankTest.PValue.AUTOMATIC, Alternative.TWO_SIDED)
                  .map(
                      u ->
                          new Found(
                              u.statistic() / ((double) baseline.length * treatment.length),
                              Optional.of(u.pValue()),
                              Optional.empty()));
          case KOLMOGOROV_SMIRNOV ->
              KolmogorovSmirnov.twoSamples(baseline, treatment, KolmogorovSmirnov.PValue.AUTOMATIC)
                  .map(d -> new Found(d.statistic(), Optional.of(d.pValue()), Optional.empty()));
          case PERMUTATION ->
              PermutationTest.random(
                      treatment,
                      baseline,
                      PermutationTest::differenceOfMeans,
                      ROUNDS,
                      SEED,
                      Alternative.TWO_SIDED)
                  .map(
                      p ->
                          new Found(
                              effect(baseline, treatment),
                              Optional.of(p.pValue()),
                              Optional.empty()));
          case BOOTSTRAP ->
              new Resampling(ROUNDS, SEED, spec.analysis().alpha())
                  .percentile(baseline, treatment, this::effect)
                  .map(
                      interval ->
                          new Found(
                              effect(baseline, treatment),
                              Optional.empty(),
                              Optional.of(interval)));
        };
    return switch (found) {
      case Answer.Unknown<Found>(Reason _, String detail) -> silent(metric, variant, test, detail);
      case Answer.Known<Found>(Found known) when !Double.isFinite(known.statistic()) ->
          silent(metric, variant, test, "the baseline is zero, so there is no relative effect");
      case Answer.Known<Found>(Found known) ->
          new CrossCheck(
              metric.metric(),
              variant,
              test,
              Optional.of(known.statistic()),
              known.pValue(),
              known.interval().map(Interval::lower),
              known.interval().map(Interval::upper),
              Optional.empty());
    };
  }

  private record Found(double statistic, Optional<Double> pValue, Optional<Interval> interval) {}

  private double effect(double[] baseline, double[] treatment) {
    double base = Sample.of(baseline).mean();
    double gap = Sample.of(treatment).mean() - base;
    return spec.analysis().effect() == Scale.RELATIVE ? gap / Math.abs(base) : gap;
  }

  private static CrossCheck silent(
      Measured metric, String variant, ExperimentSpec.CrossCheck test, String reason) {
    return new CrossCheck(
        metric.metric(),
        variant,
        test,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(reason));
  }
}
