package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.Spending;
import dev.headrace.decisions.experiments.analysis.PlanSpec.Looks;
import dev.headrace.decisions.experiments.analysis.PlanSpec.Split;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plans against {@code planning-reference.py} (scipy; group-sequential ones by multivariate normal
 * probabilities), statsmodels, and simulated experiments of the planned size.
 */
class PlanningTest {
  private static final double POWER = 0.8;

  /** A comparison of four is planned with the half width that its analysis will have. */
  @Test
  void critical_ofASequence_isThatOfItsAdjustedInterval() {
    Moments baseline = Moments.ofMeans(4_000, new double[] {10}, new double[][] {{36_000}});
    Moments treatment = Moments.ofMeans(4_000, new double[] {10.1}, new double[][] {{36_000}});
    Inference effect =
        Analysis.of(
                AnalysisSpec.of(new Method.AnyTime(5_000))
                    .withScale(Scale.ABSOLUTE)
                    .withIntervalAlpha(0.05 / 4),
                MetricShape.mean())
            .compare(baseline, treatment)
            .orThrow();
    PlanSpec plan =
        PlanSpec.ofMean(10, 9)
            .withTest(0.05 / 4, POWER, Alternative.TWO_SIDED)
            .withLooks(new Looks.AnyTime(5_000, 0.05));
    assertThat(Planning.critical(plan, 8_000))
        .isCloseTo(effect.interval().width() / 2 / effect.standardError(), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "mean, 10, 9, 0.5, 0.5, 0.05, 1, once, 0.02, 8000, 0.8393519901289762, 7206.6667424864245",
    "mean, 10, 9, 0.9, 0.1, 0.05, 1, once, 0.05, 4000, 0.8822345293879862, 3171.724531809651",
    "mean, 2.5, 40, 0.5, 0.5, 0.008333333333333333, 0.6, once, -0.1, 20000, 0.8759240267816927,"
        + " 16833.24939882551",
    "share, 0.1, 0, 0.5, 0.5, 0.05, 1, once, 0.1, 30000, 0.7682977093071545, 32462.88687415209",
    "share, 0.03, 0, 0.4, 0.2, 0.01, 0.8, once, 0.2, 50000, 0.6055161390601452,"
        + " 72222.73921717131",
    "share, 0.1, 0, 0.5, 0.5, 0.05, 1, groups, 0.1, 30000, 0.7629420865306752, 32878.20467015115",
    "mean, 10, 9, 0.25, 0.75, 0.05, 1, groups, 0.03, 4000, 0.758277358109996, 4433.257987295043",
  })
  void plans_areThoseOfScipy(
      String kind,
      double mean,
      double variance,
      double baseline,
      double treatment,
      double alpha,
      double kept,
      String looks,
      double effect,
      double units,
      double power,
      double needed) {
    PlanSpec plan =
        (kind.equals("mean") ? PlanSpec.ofMean(mean, variance) : PlanSpec.ofProportion(mean))
            .withSplit(new Split(baseline, treatment))
            .withTest(alpha, POWER, Alternative.TWO_SIDED)
            .withVarianceReduction(1 - kept)
            .withLooks(looks.equals("once") ? new Looks.Once() : thirds(alpha))
            .withRelative(RelativeInterval.DELTA);
    // scipy integrates the multivariate normal to about 1e-7.
    assertThat(Planning.power(plan, units, effect)).isCloseTo(power, within(1e-6));
    assertThat(Planning.units(plan, effect).orThrow()).isCloseTo(needed, within(1e-5 * needed));
  }

  private static Looks thirds(double alpha) {
    return new Looks.Groups(
        GroupSequential.bounds(
            new Spending.OBrienFleming(), alpha, Alternative.TWO_SIDED, 1 / 3.0, 2 / 3.0, 1));
  }

  /** statsmodels' NormalIndPower plans absolute effects, by which relative ones are judged. */
  @ParameterizedTest
  @CsvSource({"0.5, 0.5, 706397.4458393584", "0.9, 0.1, 1962215.1162204393"})
  void smallEffects_areThoseOfStatsmodels(double baseline, double treatment, double units) {
    PlanSpec plan = PlanSpec.ofMean(10, 9).withSplit(new Split(baseline, treatment));
    assertThat(Planning.units(plan, 0.002).orThrow()).isCloseTo(units, within(1e-6 * units));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "0.3, 0.7"})
  void proportions_simulatedAtThePlannedSize_haveThePlannedPower(double base, double treated) {
    PlanSpec plan = PlanSpec.ofProportion(0.1).withSplit(new Split(base, treated));
    double units = Planning.units(plan, 0.2).orThrow();
    int n0 = (int) Math.ceil(units * base);
    int n1 = (int) Math.ceil(units * treated);
    SplittableRandom random = new SplittableRandom(5);
    int seen = 0;
    int runs = 2_000;
    for (int run = 0; run < runs; run++) {
      Moments baseline = Moments.ofCount(n0, ones(random, n0, 0.1));
      Moments treatment = Moments.ofCount(n1, ones(random, n1, 0.12));
      seen += rejects(MetricShape.proportion(), baseline, treatment) ? 1 : 0;
    }
    assertPlanned(seen, runs);
  }

  /**
   * Clicks per view, users with 1 to 9 views each: planned by the variance of the linearisation.
   */
  @Test
  void ratios_simulatedAtThePlannedSize_haveThePlannedPower() {
    SplittableRandom random = new SplittableRandom(6);
    Moments past = clicks(random, 200_000, 0.2);
    ArmSummary summary =
        Analysis.of(AnalysisSpec.of(new Method.NormalZ()), MetricShape.ratio()).summarize(past);
    double error = summary.standardError().orThrow();
    PlanSpec plan = PlanSpec.ofMean(summary.value().orThrow(), error * error * past.count());
    int n = (int) Math.ceil(Planning.units(plan, 0.1).orThrow() / 2);
    int seen = 0;
    int runs = 2_000;
    for (int run = 0; run < runs; run++) {
      Moments baseline = clicks(random, n, 0.2);
      Moments treatment = clicks(random, n, 0.22);
      seen += rejects(MetricShape.ratio(), baseline, treatment) ? 1 : 0;
    }
    assertPlanned(seen, runs);
  }

  private static Moments clicks(SplittableRandom random, int users, double rate) {
    double[] sums = new double[2];
    double[][] products = new double[2][2];
    for (int user = 0; user < users; user++) {
      int views = 1 + random.nextInt(9);
      double own = rate * (0.5 + random.nextDouble());
      int clicked = 0;
      for (int view = 0; view < views; view++) {
        clicked += random.nextDouble() < own ? 1 : 0;
      }
      sums[0] += clicked;
      sums[1] += views;
      products[0][0] += (double) clicked * clicked;
      products[1][0] += (double) clicked * views;
      products[1][1] += (double) views * views;
    }
    return Moments.ofSums(users, sums, products);
  }

  private static boolean rejects(MetricShape shape, Moments baseline, Moments treatment) {
    Inference.Effect effect =
        (Inference.Effect)
            Analysis.of(AnalysisSpec.of(new Method.WelchT()), shape)
                .compare(baseline, treatment)
                .orThrow();
    return effect.pValue() <= 0.05;
  }

  private static void assertPlanned(int seen, int runs) {
    assertThat(Binomial.lower(seen, runs, POWER - 0.01)).isGreaterThan(1e-4);
    assertThat(Binomial.upper(seen - 1L, runs, POWER + 0.01)).isGreaterThan(1e-4);
  }

  private static int ones(SplittableRandom random, int n, double p) {
    int ones = 0;
    for (int i = 0; i < n; i++) {
      ones += random.nextDouble() < p ? 1 : 0;
    }
    return ones;
  }

  /** Experiments that move nothing, of the planned size: how often both margins are kept. */
  @Test
  void equivalence_isShownAsOftenAsPlanned() {
    PlanSpec plan = PlanSpec.ofMean(10, 9).withTest(0.05, POWER, Alternative.TWO_SIDED);
    double units = Planning.unitsEquivalent(plan, 0.03).orThrow();
    assertThat(units).isGreaterThan(Planning.unitsWithin(plan, 0.03).orThrow());
    double standardError = Planning.standardError(plan, units, 0, 0);
    SplittableRandom random = new SplittableRandom(8);
    int shown = 0;
    int runs = 20_000;
    for (int run = 0; run < runs; run++) {
      double estimate = standardError * random.nextGaussian();
      shown += Math.abs(estimate) + 1.959963984540054 * standardError < 0.03 ? 1 : 0;
    }
    assertThat(Binomial.lower(shown, runs, POWER)).isGreaterThan(1e-4);
    assertThat(Binomial.upper(shown - 1L, runs, POWER)).isGreaterThan(1e-4);
  }
}
