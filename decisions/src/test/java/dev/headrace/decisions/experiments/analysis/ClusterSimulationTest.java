package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.distribution.Binomial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shops are randomised, and customers of a shop are alike: of means per customer a row is a shop,
 * and quantiles count shops. Taking customers for independent errs far more often.
 */
class ClusterSimulationTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 2_000;
  private static final int SHOPS = 150;

  /** Customers' values of every shop: three in ten are the shop's own. */
  private static List<double[]> shops(Shape shape, SplittableRandom random) {
    List<double[]> shops = new ArrayList<>();
    for (int shop = 0; shop < SHOPS; shop++) {
      double own = shape.draw(random);
      double[] values = shape.sample(random, 5 + random.nextInt(20));
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(10) < 3 ? own : values[i];
      }
      shops.add(values);
    }
    return shops;
  }

  private static Moments clustered(List<double[]> shops, double factor) {
    return Moments.ofRows(
        2,
        shops.stream()
            .map(values -> new double[] {factor * Arrays.stream(values).sum(), values.length})
            .toArray(double[][]::new));
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void means_errAndMissAtAlpha_whereCustomersAreNotIndependent(Shape shape) {
    SplittableRandom random = new SplittableRandom(97 + shape.ordinal());
    AnalysisSpec spec = AnalysisSpec.of(new Method.WelchT());
    int errors = 0;
    int missed = 0;
    int naive = 0;
    for (int run = 0; run < RUNS; run++) {
      List<double[]> a = shops(shape, random);
      List<double[]> b = shops(shape, random);
      Analysis analysis = Analysis.of(spec, MetricShape.ratio());
      errors +=
          analysis.compare(clustered(a, 1), clustered(b, 1)).orThrow().interval().contains(0)
              ? 0
              : 1;
      missed +=
          analysis.compare(clustered(a, 1), clustered(b, 1.2)).orThrow().interval().contains(0.2)
              ? 0
              : 1;
      naive +=
          Analysis.of(spec, MetricShape.mean())
                  .compare(customers(a), customers(b))
                  .orThrow()
                  .interval()
                  .contains(0)
              ? 0
              : 1;
    }
    for (int count : new int[] {errors, missed}) {
      assertThat(Binomial.lower(count, RUNS, ALPHA)).as(count + " of 2,000").isGreaterThan(5e-5);
      assertThat(Binomial.upper(count - 1L, RUNS, ALPHA))
          .as(count + " of 2,000")
          .isGreaterThan(5e-5);
    }
    assertThat(naive).isGreaterThan(3 * RUNS / 20);
  }

  private static Moments customers(List<double[]> shops) {
    return Moments.ofValues(shops.stream().flatMapToDouble(Arrays::stream).toArray());
  }

  /** Values without ties, which quantiles ask for. */
  @ParameterizedTest
  @EnumSource(
      value = Shape.class,
      names = {"NORMAL", "LOG_NORMAL"})
  void quantiles_errAboutAtAlpha(Shape shape) {
    SplittableRandom random = new SplittableRandom(101 + shape.ordinal());
    AnalysisSpec spec = AnalysisSpec.of(new Method.WelchT());
    int[] errors = new int[2];
    for (int run = 0; run < RUNS; run++) {
      List<double[]> a = alike(shape, random);
      List<double[]> b = alike(shape, random);
      double[] levels = {0.5, 0.9};
      for (int i = 0; i < levels.length; i++) {
        errors[i] +=
            Analysis.of(spec, MetricShape.quantile())
                    .compare(quantile(levels[i], a), quantile(levels[i], b))
                    .orThrow()
                    .interval()
                    .contains(0)
                ? 0
                : 1;
      }
    }
    // The bracket's width is itself an estimate, so that the level is nearly, not exactly, kept.
    for (int count : errors) {
      assertThat(Binomial.upper(count - 1L, RUNS, 0.065))
          .as(count + " of 2,000")
          .isGreaterThan(5e-5);
      assertThat(Binomial.lower(count, RUNS, 0.04)).as(count + " of 2,000").isGreaterThan(5e-5);
    }
  }

  /** A shop has its own level, and customers differ from it. */
  private static List<double[]> alike(Shape shape, SplittableRandom random) {
    List<double[]> shops = new ArrayList<>();
    for (int shop = 0; shop < SHOPS; shop++) {
      double own = shape.draw(random);
      double[] values = shape.sample(random, 5 + random.nextInt(20));
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.4 * own + 0.6 * values[i];
      }
      shops.add(values);
    }
    return shops;
  }

  private static QuantileMoments quantile(double level, List<double[]> shops) {
    double[] sorted = shops.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    QuantileMoments plain = QuantileMoments.ofSorted(level, sorted);
    Moments clusters =
        Moments.ofRows(
            2,
            shops.stream()
                .map(
                    values ->
                        new double[] {
                          Arrays.stream(values).filter(v -> v <= plain.estimate()).count(),
                          values.length
                        })
                .toArray(double[][]::new));
    return new QuantileMoments(
        plain.count(),
        level,
        plain.estimate(),
        plain.lower(),
        plain.upper(),
        plain.rankCount(),
        clusters);
  }
}
