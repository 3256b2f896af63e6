package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.hypothesis.Equivalence;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.Spending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.special.Beta;
import org.junit.jupiter.api.Test;

/** Posteriors, planning, health, heterogeneity, interleaving, equivalence. */
class DecisionAidsTest {
  /** E. Miller's closed form of P(B is better) for two beta posteriors with whole shapes. */
  @Test
  void bestArm_ofTwoSharesIsTheClosedForm() {
    Map<String, Posterior> arms = new LinkedHashMap<>();
    arms.put("a", Posterior.share(1_000, 100, 1, 1));
    arms.put("b", Posterior.share(1_000, 118, 1, 1));
    double exact = 0;
    for (int i = 0; i < 119; i++) {
      exact +=
          Math.exp(
              Beta.logBeta(101 + i, 901 + 883)
                  - Math.log(883 + i)
                  - Beta.logBeta(1 + i, 883)
                  - Beta.logBeta(101, 901));
    }
    Map<String, BestArm.Standing> standings = BestArm.of(arms);
    assertThat(standings.get("b").probability()).isCloseTo(exact, within(1e-6));
    assertThat(standings.get("a").probability() + standings.get("b").probability())
        .isCloseTo(1, within(1e-12));
  }

  /** Two normals: P = Phi(d / s) and the loss has a closed form. */
  @Test
  void bestArm_ofTwoMeansIsTheClosedForm() {
    Map<String, Posterior> arms = new LinkedHashMap<>();
    arms.put("a", Posterior.mean(10, 0.3, 0, Double.POSITIVE_INFINITY));
    arms.put("b", Posterior.mean(10.5, 0.4, 0, Double.POSITIVE_INFINITY));
    Map<String, BestArm.Standing> standings = BestArm.of(arms);
    // z = 0.5 / 0.5 = 1; E[max(a - b, 0)] = 0.5 (phi(1) - 1 + Phi(1)).
    assertThat(standings.get("b").probability()).isCloseTo(0.8413447460685429, within(1e-6));
    assertThat(standings.get("b").expectedLoss())
        .isCloseTo(0.5 * (0.24197072451914337 - 0.15865525393145707), within(1e-5));
    assertThat(standings.get("a").expectedLoss() - standings.get("b").expectedLoss())
        .isCloseTo(0.5, within(1e-5));
  }

  @Test
  void posteriors_mixPriorAndData() {
    assertThat(Posterior.mean(2, 1, 0, 1).mean()).isEqualTo(1);
    assertThat(Posterior.share(10, 3, 1, 1).mean()).isCloseTo(4 / 12.0, within(1e-15));
    Posterior rate = Posterior.rate(100, 250, 2, 1);
    assertThat(rate.mean()).isCloseTo(252 / 101.0, within(1e-15));
    Interval credible = rate.credible(0.9);
    assertThat(rate.lower(credible.upper()) - rate.lower(credible.lower()))
        .isCloseTo(0.9, within(1e-12));
  }

  /** Planned power is what simulation finds, with and without covariates. */
  @Test
  void power_isWhatSimulationFinds() {
    SplittableRandom random = new SplittableRandom(9);
    PlanSpec plan = PlanSpec.ofMean(10, 9).withVarianceReduction(0.5);
    double units = Planning.units(plan, 0.05).orThrow();
    int perArm = (int) Math.ceil(units / 2);
    int found = 0;
    int runs = 1_500;
    for (int run = 0; run < runs; run++) {
      Inference.Effect effect =
          (Inference.Effect)
              Analysis.of(AnalysisSpec.of(new Method.WelchT()), new MetricShape.Mean(1))
                  .compare(correlated(random, perArm, 0), correlated(random, perArm, 0.5))
                  .orThrow();
      found += effect.pValue() <= 0.05 ? 1 : 0;
    }
    assertThat(found / (double) runs).isCloseTo(0.8, within(0.045));
    assertThat(Planning.detectable(plan, units).orThrow()).isCloseTo(0.05, within(1e-6));
    assertThat(units)
        .isCloseTo(Planning.units(PlanSpec.ofMean(10, 9), 0.05).orThrow() / 2, within(1e-3));
  }

  /** A share of 40 % that falls has less noise than one that rises. */
  @Test
  void smallestEffectDownwards_isThatOfThePlanDownwards() {
    PlanSpec plan = PlanSpec.ofProportion(0.4).withTest(0.05, 0.8, Alternative.TWO_SIDED);
    double units = Planning.units(plan, -0.32).orThrow();
    assertThat(Planning.detectable(plan, units, false).orThrow()).isCloseTo(-0.32, within(1e-6));
    assertThat(Planning.detectable(plan, units, true).orThrow()).isGreaterThan(0.335);
    assertThat(Planning.power(plan, units, -0.32)).isCloseTo(0.8, within(1e-6));
  }

  /** Mean 10, sd 3, squared correlation with the covariate one half. */
  private static Moments correlated(SplittableRandom random, int n, double lift) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      rows[i] = new double[] {10 + lift + 3 * Math.sqrt(0.5) * (x + random.nextGaussian()), x};
    }
    return Moments.ofRows(2, rows);
  }

  @Test
  void plans_forSeveralLooksNeedMoreUnits() {
    PlanSpec once = PlanSpec.ofProportion(0.1);
    double fixed = Planning.units(once, 0.1).orThrow();
    List<GroupSequential.Look> looks =
        GroupSequential.bounds(
            new Spending.OBrienFleming(), 0.05, Alternative.TWO_SIDED, 0.25, 0.5, 0.75, 1);
    double groups = Planning.units(once.withLooks(new PlanSpec.Looks.Groups(looks)), 0.1).orThrow();
    double anyTime =
        Planning.units(once.withLooks(new PlanSpec.Looks.AnyTime(fixed, 0.05)), 0.1).orThrow();
    assertThat(groups / fixed).isBetween(1.01, 1.04);
    assertThat(anyTime / fixed).isBetween(1.5, 2.2);
    assertThat(Planning.units(once.withDesignEffect(2), 0.1).orThrow() / fixed)
        .isCloseTo(2, within(1e-6));
    assertThat(Planning.detectable(once.withRelative(RelativeInterval.DELTA), 20))
        .isInstanceOf(Answer.Unknown.class);
    assertThat(Planning.days(10_001, 1_000, 7)).isEqualTo(11);
    assertThat(Planning.days(10, 1_000, 7)).isEqualTo(7);
  }

  /**
   * P. Armitage, C. McPherson and B. Rowe (1969), table 2: the level after repeated tests at 5 %.
   */
  @Test
  void errorOfPeeking_isThePublishedOne() {
    assertThat(Health.errorOfPeeking(0.05, 1)).isCloseTo(0.05, within(1e-6));
    assertThat(Health.errorOfPeeking(0.05, 2)).isCloseTo(0.083, within(5e-4));
    assertThat(Health.errorOfPeeking(0.05, 5)).isCloseTo(0.142, within(5e-4));
    assertThat(Health.errorOfPeeking(0.05, 10)).isCloseTo(0.193, within(5e-4));
  }

  private static PartEffect daily(double estimate) {
    return new PartEffect(estimate, 0.01);
  }

  @Test
  void drift_tellsNoveltyFromPrimacy() {
    List<PartEffect> falling = new ArrayList<>();
    List<PartEffect> rising = new ArrayList<>();
    List<PartEffect> steady = new ArrayList<>();
    for (int day = 0; day < 14; day++) {
      falling.add(daily(0.10 - 0.006 * day));
      rising.add(daily(0.01 + 0.006 * day));
      steady.add(daily(0.05 + (day % 2 == 0 ? 0.005 : -0.005)));
    }
    assertThat(Health.drift(falling, 0.01)).isEqualTo(Health.Drift.NOVELTY);
    assertThat(Health.drift(rising, 0.01)).isEqualTo(Health.Drift.PRIMACY);
    assertThat(Health.drift(steady, 0.01)).isEqualTo(Health.Drift.NONE);
    assertThat(Health.drift(List.of(), 0.01)).isEqualTo(Health.Drift.NONE);
    assertThat(Health.weekdayCycle(rising).orThrow().pValue()).isLessThan(0.05);
  }

  @Test
  void health_tellsOutliersImbalanceAndConditionalPower() {
    double[] values = new double[1_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2;
    }
    values[0] = 500;
    Moments arm = Moments.ofValues(values);
    assertThat(Health.outlierPull(arm, 500).orThrow()).isGreaterThan(0.9);
    assertThat(
            Health.covariateBalance(
                    Map.of("a", Moments.ofCount(9_000, 4_500), "b", Moments.ofCount(9_000, 4_900)),
                    0)
                .orThrow()
                .pValue())
        .isLessThan(Health.ALARM_P);
    // Half way at half the planned drift: the trend's best guess is exactly the bound's miss.
    assertThat(Health.conditionalPower(0, 0.5, 2.8, 1.96)).isCloseTo(0.2141, within(1e-3));
    assertThat(Health.multipleExposure(5, 0)).isInstanceOf(Answer.Unknown.class);
  }

  /** The covariate of a column that only the treatment fills has no variance to test by. */
  @Test
  void health_tellsCovariatesThatAreConstantWithinArms() {
    assertThat(balance(arm(3, 1), arm(3, 0)).orThrow().pValue())
        .as("one of the 20 ways to draw three of six units")
        .isCloseTo(1.0 / 20, within(1e-12));
    assertThat(balance(arm(2, 1), arm(3, 0), arm(2, 1)).orThrow().pValue())
        .as("arms of one value are parted from the other only")
        .isCloseTo(1.0 / 35, within(1e-12));
    assertThat(balance(arm(5_000, 0.1), arm(5_000, 0.3)).orThrow().pValue()).isZero();
    assertThat(balance(arm(9, 0.1), arm(7, 0.1))).isInstanceOf(Answer.Unknown.class);
    // Fisher's analysis of variance of one sample of zeros and one of two: the square of Student's
    // t with pooled variance; the figure is scipy.stats.ttest_ind([0] * 50, [1] * 8 + [0] * 42).
    assertThat(balance(arm(50, 0), Moments.ofCount(50, 8)).orThrow().pValue())
        .isCloseTo(0.002898618320338325, within(1e-9));
  }

  private static Answer<TestResult> balance(Moments... arms) {
    Map<String, Moments> byVariant = new LinkedHashMap<>();
    for (Moments arm : arms) {
      byVariant.put("arm " + byVariant.size(), arm);
    }
    return Health.covariateBalance(byVariant, 0);
  }

  private static Moments arm(int units, double value) {
    double[] values = new double[units];
    Arrays.fill(values, value);
    return Moments.ofValues(values);
  }

  @Test
  void heterogeneity_findsTheSliceThatDiffers() {
    Map<String, Answer<PartEffect>> effects = new LinkedHashMap<>();
    effects.put("de", Answer.of(daily(0.02)));
    effects.put("fr", Answer.of(daily(0.018)));
    effects.put("jp", Answer.of(daily(-0.05)));
    effects.put("empty", Answer.unknown(Answer.Reason.TOO_FEW_VALUES, "no units"));
    Heterogeneity.Report report = Heterogeneity.of(effects, Correction.HOLM);
    assertThat(report.equality().orThrow().pValue()).isLessThan(1e-5);
    assertThat(report.equality().orThrow().degreesOfFreedom()).isEqualTo(2);
    assertThat(Heterogeneity.outstanding(report, 0.05)).contains("jp");
    assertThat(report.adjustedP().get("empty")).isInstanceOf(Answer.Unknown.class);
    assertThat(report.unexplained().orThrow()).isBetween(0.8, 1.0);
  }

  @Test
  void interleaving_countsPreferences() {
    double[] scores = new double[100];
    for (int i = 0; i < 100; i++) {
      scores[i] = i < 60 ? 1 : i < 90 ? -2 : 0;
    }
    Interleaving.Outcome outcome = Interleaving.of(scores, 0.05, 2_000, 1).orThrow();
    assertThat(outcome.preference()).isCloseTo(0.15, within(1e-12));
    // scipy.stats.binomtest(60, 90).pvalue
    assertThat(outcome.signTest().orThrow().pValue())
        .isCloseTo(0.0020602656809630745, within(1e-12));
    assertThat(outcome.interval().orThrow().lower()).isBetween(0.03, 0.09);
    assertThat(Interleaving.of(new double[] {0, 0, 0}, 0.05, 200, 1).orThrow().signTest())
        .isInstanceOf(Answer.Unknown.class);
  }

  @Test
  void tost_rejectsWhenTheIntervalOfTwiceAlphaLiesWithinTheMargins() {
    assertThat(Equivalence.tost(0.1, 0.1, Double.POSITIVE_INFINITY, -0.3, 0.3).pValue())
        .isCloseTo(0.02275013194817921, within(1e-12));
    assertThat(
            Equivalence.nonInferiority(
                -0.1, 0.1, Double.POSITIVE_INFINITY, 0.3, Equivalence.Direction.UP_IS_GOOD))
        .isCloseTo(0.02275013194817921, within(1e-12));
    assertThat(
            Equivalence.nonInferiority(
                0.1, 0.1, Double.POSITIVE_INFINITY, 0.3, Equivalence.Direction.DOWN_IS_GOOD))
        .isCloseTo(0.02275013194817921, within(1e-12));
  }
}
