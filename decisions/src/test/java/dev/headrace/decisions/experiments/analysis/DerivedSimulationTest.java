package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Arithmetic;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.hypothesis.PermutationTest;
import dev.headrace.core.stats.interval.Resampling;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arithmetic over means, and bootstraps: no formula that is exact, so worlds have to tell. */
class DerivedSimulationTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 2_000;

  /** (sales - refunds) / visits, alone and with the same of what was before. */
  private static final Arithmetic MARGIN =
      Arithmetic.ratio(
          new Arithmetic.Operation(
              Arithmetic.Operator.MINUS, new Arithmetic.Quantity(0), new Arithmetic.Quantity(1)),
          new Arithmetic.Quantity(2));

  @ParameterizedTest
  @EnumSource(Shape.class)
  void derivedMetrics_errAndMissAtAlpha_alsoWithTheirPast(Shape shape) {
    SplittableRandom random = new SplittableRandom(107 + shape.ordinal());
    AnalysisSpec spec = AnalysisSpec.of(new Method.WelchT());
    MetricShape derived = new MetricShape.Combination(3, MARGIN, 1);
    int[] counts = new int[4];
    int units = shape == Shape.RARE_BINARY ? 1_500 : 300;
    for (int run = 0; run < RUNS; run++) {
      Moments a = units(shape, random, units, 1);
      Moments b = units(shape, random, units, 1);
      Moments moved = units(shape, random, units, 1.3);
      int at = 0;
      for (AnalysisSpec.Adjustment adjustment : AnalysisSpec.Adjustment.values()) {
        Analysis analysis = Analysis.of(spec.withAdjustment(adjustment), derived);
        counts[at++] += analysis.compare(a, b).orThrow().interval().contains(0) ? 0 : 1;
        // Sales and refunds are 1.3 times as many, and so is their difference.
        counts[at++] += analysis.compare(a, moved).orThrow().interval().contains(0.3) ? 0 : 1;
      }
    }
    for (int count : counts) {
      assertThat(Binomial.lower(count, RUNS, ALPHA)).as(count + " of 2,000").isGreaterThan(5e-5);
      assertThat(Binomial.upper(count - 1L, RUNS, ALPHA))
          .as(count + " of 2,000")
          .isGreaterThan(5e-5);
    }
  }

  /** Sales of two to four visits, refunds of one in three sales, visits; the same before. */
  private static Moments units(Shape shape, SplittableRandom random, int units, double factor) {
    double[][] rows = new double[units][];
    for (int unit = 0; unit < units; unit++) {
      double[] row = new double[6];
      double taste = shape.draw(random);
      for (int period = 0; period < 2; period++) {
        int visits = 2 + random.nextInt(3);
        for (int i = 0; i < visits; i++) {
          double sale =
              (random.nextBoolean() ? taste : shape.draw(random)) * (period == 0 ? factor : 1);
          row[3 * period] += sale;
          row[3 * period + 1] += random.nextInt(3) == 0 ? sale / 2 : 0;
        }
        row[3 * period + 2] = visits;
      }
      rows[unit] = row;
    }
    return Moments.ofRows(6, rows);
  }

  /** Of 300 resamples a few are told as an end, so that the level is met to about a hundredth. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void bootstrap_missesTheDifferenceAboutAtAlpha(Shape shape) {
    SplittableRandom random = new SplittableRandom(109 + shape.ordinal());
    int missed = 0;
    int runs = 600;
    for (int run = 0; run < runs; run++) {
      missed +=
          new Resampling(300, run, ALPHA)
                  .percentile(
                      shape.sample(random, 200),
                      shape.sample(random, 260),
                      PermutationTest::differenceOfMeans)
                  .orThrow()
                  .contains(0)
              ? 0
              : 1;
    }
    assertThat(Binomial.upper(missed - 1L, runs, 0.06)).as(missed + " missed").isGreaterThan(5e-5);
    assertThat(Binomial.lower(missed, runs, 0.04)).as(missed + " missed").isGreaterThan(5e-5);
  }
}
