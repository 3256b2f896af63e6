package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Binomial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Covariates within strata, against values adjusted by hand and in simulated worlds. */
class StratifiedCovariatesTest {
  private static final int RUNS = 2_000;

  private static Inference.Effect effect(
      MetricShape shape, AnalysisSpec spec, List<double[]> a, List<double[]> b) {
    int columns = shape.columns();
    List<Analysis.Stratum> strata = new ArrayList<>();
    for (int stratum = 0; stratum < 3; stratum++) {
      strata.add(new Analysis.Stratum(part(columns, a, stratum), part(columns, b, stratum)));
    }
    Answer<Inference> answer = Analysis.of(spec, shape).compareWithin(strata);
    return (Inference.Effect) answer.orThrow();
  }

  /** Rows are columns of the metric, then the stratum. */
  private static Moments part(int columns, List<double[]> rows, int stratum) {
    return Moments.ofRows(
        columns,
        rows.stream()
            .filter(row -> row[row.length - 1] == stratum)
            .map(row -> Arrays.copyOf(row, columns))
            .toArray(double[][]::new));
  }

  /**
   * The variance of the effect on y - t x is a parabola in t: three of its points tell where it is
   * least, and there the adjusted effect is that of y - t x as it stands.
   */
  @Test
  void oneCovariate_isTakenAwayWithTheSlopeOfLeastVariance() {
    SplittableRandom random = new SplittableRandom(73);
    List<double[]> a = rows(random, 240, 0);
    List<double[]> b = rows(random, 300, 1);
    AnalysisSpec absolute = AnalysisSpec.of(new Method.NormalZ()).withScale(Scale.ABSOLUTE);
    double[] at = new double[3];
    for (int t = -1; t <= 1; t++) {
      at[t + 1] = variance(effect(MetricShape.mean(), absolute, less(a, t), less(b, t)));
    }
    double curvature = at[0] - 2 * at[1] + at[2];
    double theta = (at[0] - at[2]) / 2 / curvature;
    Inference.Effect byHand = effect(MetricShape.mean(), absolute, less(a, theta), less(b, theta));
    Inference.Effect adjusted = effect(new MetricShape.Mean(1), absolute, a, b);
    assertThat(adjusted.estimate()).isCloseTo(byHand.estimate(), within(1e-10));
    assertThat(adjusted.standardError()).isCloseTo(byHand.standardError(), within(1e-10));
    Inference.Effect plain = effect(MetricShape.mean(), absolute, a, b);
    assertThat(adjusted.standardError()).isLessThan(0.8 * plain.standardError());
    assertThat(adjusted.varianceReduction()).isGreaterThan(plain.varianceReduction());
    assertThat(
            effect(
                new MetricShape.Mean(1),
                absolute.withAdjustment(AnalysisSpec.Adjustment.NONE),
                a,
                b))
        .isEqualTo(plain);

    // Relative to the baseline as it was; and a ratio to ones is the same metric.
    Inference.Effect relative =
        effect(new MetricShape.Mean(1), absolute.withScale(Scale.RELATIVE), a, b);
    double baseline = a.stream().mapToDouble(row -> row[0]).average().orElseThrow();
    assertThat(relative.estimate()).isCloseTo(adjusted.estimate() / baseline, within(0.01));
    Inference.Effect ratio =
        effect(new MetricShape.Ratio(1), absolute.withScale(Scale.RELATIVE), ones(a), ones(b));
    assertThat(ratio.estimate()).isCloseTo(relative.estimate(), within(1e-12));
    assertThat(ratio.standardError()).isCloseTo(relative.standardError(), within(1e-12));
  }

  private static double variance(Inference.Effect effect) {
    return effect.standardError() * effect.standardError();
  }

  private static List<double[]> rows(SplittableRandom random, int units, double lift) {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < units; i++) {
      int stratum = random.nextInt(3);
      double x = stratum + random.nextGaussian();
      double y = 9 + lift + 2 * stratum + 1.5 * x + random.nextGaussian();
      rows.add(new double[] {y, x, stratum});
    }
    return rows;
  }

  private static List<double[]> less(List<double[]> rows, double t) {
    return rows.stream().map(row -> new double[] {row[0] - t * row[1], row[2]}).toList();
  }

  private static List<double[]> ones(List<double[]> rows) {
    return rows.stream().map(row -> new double[] {row[0], 1, row[1], 1, row[2]}).toList();
  }

  /** Nothing happened, and what happened is 20 %: errors and misses lie in their band. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void intervals_errAndMissAtTheirLevel(Shape shape) {
    SplittableRandom random = new SplittableRandom(79 + shape.ordinal());
    AnalysisSpec spec = AnalysisSpec.of(new Method.WelchT());
    int errors = 0;
    int missed = 0;
    for (int run = 0; run < RUNS; run++) {
      List<double[]> a = world(shape, random, 1);
      errors +=
          effect(new MetricShape.Mean(1), spec, a, world(shape, random, 1)).pValue() <= 0.05
              ? 1
              : 0;
      missed +=
          effect(new MetricShape.Mean(1), spec, a, world(shape, random, 1.2))
                  .interval()
                  .contains(0.2)
              ? 0
              : 1;
    }
    for (int count : new int[] {errors, missed}) {
      assertThat(Binomial.lower(count, RUNS, 0.05)).as(count + " of 2,000").isGreaterThan(5e-5);
      assertThat(Binomial.upper(count - 1L, RUNS, 0.05))
          .as(count + " of 2,000")
          .isGreaterThan(5e-5);
    }
  }

  /** Strata that go with the covariate, and noise in it. */
  private static List<double[]> world(Shape shape, SplittableRandom random, double factor) {
    return Arrays.stream(shape.withCovariate(random, 1_000))
        .map(
            row ->
                new double[] {
                  row[0] * factor, row[1], (row[1] > 0.9 ? 1 : 0) + (random.nextInt(4) == 0 ? 1 : 0)
                })
        .toList();
  }
}
