package dev.headrace.decisions.experiments.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Arithmetic;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.Planning;
import dev.headrace.decisions.experiments.proof.Proof.MethodProof;
import dev.headrace.decisions.experiments.proof.Proof.Standing;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Populations whose behaviour is known: the proof has to find it. */
class ProofTest {
  private static final ProofSpec SPEC = new ProofSpec(0.05, 0.05, 2_000, 2_000, 10, 0.5, 11);

  private static final Proof.Result NORMAL = Proof.run(normal(), SPEC);

  private static MethodProof method(Proof.Result result, String name) {
    return result.methods().stream()
        .filter(method -> method.method().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Value 10 ± 3, half of whose variance the covariate explains. */
  private static Population normal() {
    SplittableRandom random = new SplittableRandom(1);
    double[] rows = new double[2 * 20_000];
    for (int at = 0; at < rows.length; at += 2) {
      double common = random.nextGaussian();
      rows[at] = 10 + 3 * Math.sqrt(0.5) * (common + random.nextGaussian());
      rows[at + 1] = common;
    }
    return new Population(new MetricShape.Mean(1), rows);
  }

  @Test
  void normalMetric_everyMethodHolds_butNotLookingTenTimesAtWelch() {
    Proof.Result result = NORMAL;
    assertThat(result.methods())
        .extracting(MethodProof::method)
        .containsExactly(
            "Welch's t",
            "confidence sequence",
            "mixture SPRT",
            "group-sequential",
            "Welch's t, CUPED",
            "confidence sequence, CUPED",
            "mixture SPRT, CUPED",
            "group-sequential, CUPED",
            "posterior, flat prior",
            "Welch's t at every look");
    assertThat(method(result, "Welch's t").standing()).isEqualTo(Standing.HOLDS);
    assertThat(method(result, "Welch's t, CUPED").standing()).isEqualTo(Standing.HOLDS);
    assertThat(method(result, "group-sequential").standing()).isEqualTo(Standing.HOLDS);
    assertThat(method(result, "confidence sequence").standing()).isEqualTo(Standing.CAUTIOUS);
    assertThat(method(result, "mixture SPRT").standing()).isNotEqualTo(Standing.FAILS);
    MethodProof peeking = method(result, "Welch's t at every look");
    assertThat(peeking.standing()).isEqualTo(Standing.NO_PROMISE);
    // P. Armitage, C. McPherson and B. Rowe (1969): 19.3 % after ten looks.
    assertThat(peeking.falseAlarms()).isCloseTo(0.193, within(0.035));
    assertThat(result.tails().orElseThrow().skewness()).isCloseTo(0, within(0.1));
    assertThat(method(result, "Welch's t, CUPED").halfWidth().orElseThrow())
        .isCloseTo(
            method(result, "Welch's t").halfWidth().orElseThrow() * Math.sqrt(0.5), within(0.001));
  }

  /** A mean of 2.2 standard errors of half the units: intervals without ends, and right tests. */
  @Test
  void metricNearZero_errsNoMoreThanItSays() {
    SplittableRandom random = new SplittableRandom(5);
    double[] rows = new double[20_000];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 0.07 + random.nextGaussian();
    }
    Proof.Result result = Proof.run(new Population(new MetricShape.Mean(0), rows), SPEC);

    MethodProof welch = method(result, "Welch's t");
    assertThat(welch.standing()).isEqualTo(Standing.HOLDS);
    assertThat(welch.unanswered()).isZero();
    assertThat(welch.halfWidth()).isEmpty();
  }

  @Test
  void power_isThatOfThePlan() {
    Proof.Result result = NORMAL;
    double planned = Planning.power(PlanSpec.ofMean(10, 9), SPEC.size(), SPEC.effect());
    assertThat(method(result, "Welch's t").power()).isCloseTo(planned, within(0.02));
    double adjusted =
        Planning.power(
            PlanSpec.ofMean(10, 9).withVarianceReduction(0.5), SPEC.size(), SPEC.effect());
    assertThat(method(result, "Welch's t, CUPED").power()).isCloseTo(adjusted, within(0.02));
  }

  @Test
  void shares_riseByTheEffect_whetherOrNotTheyHadTheCovariate() {
    SplittableRandom random = new SplittableRandom(2);
    double[] rows = new double[2 * 20_000];
    for (int at = 0; at < rows.length; at += 2) {
      double rate = random.nextDouble() * 0.4;
      rows[at] = random.nextDouble() < rate ? 1 : 0;
      rows[at + 1] = random.nextDouble() < rate ? 1 : 0;
    }
    Population population = new Population(new MetricShape.Proportion(1), rows);
    for (double effect : new double[] {0.2, -0.2}) {
      Proof.Result result =
          Proof.run(population, new ProofSpec(0.05, effect, 2_000, 4_000, 5, 0.3, 3));
      assertThat(result.methods())
          .filteredOn(method -> method.standing() == Standing.FAILS)
          .isEmpty();
      double planned =
          Planning.power(
              PlanSpec.ofProportion(0.2).withSplit(new PlanSpec.Split(0.7, 0.3)), 4_000, effect);
      assertThat(method(result, "Welch's t").power()).isCloseTo(planned, within(0.03));
      assertThat(method(result, "z, pooled variance").standing()).isEqualTo(Standing.HOLDS);
    }
  }

  @Test
  void ratios_byTheDeltaMethod_hold() {
    SplittableRandom random = new SplittableRandom(4);
    double[] rows = new double[4 * 20_000];
    for (int at = 0; at < rows.length; at += 4) {
      double rate = 0.1 + 0.3 * random.nextDouble();
      for (int period = 0; period < 2; period++) {
        int views = 1 + random.nextInt(9);
        int clicked = 0;
        for (int view = 0; view < views; view++) {
          clicked += random.nextDouble() < rate ? 1 : 0;
        }
        rows[at + 2 * period] = clicked;
        rows[at + 2 * period + 1] = views;
      }
    }
    Proof.Result result = Proof.run(new Population(new MetricShape.Ratio(1), rows), SPEC);
    assertThat(result.methods())
        .filteredOn(method -> method.standing() == Standing.FAILS)
        .isEmpty();
    assertThat(method(result, "Welch's t").standing()).isEqualTo(Standing.HOLDS);
    assertThat(method(result, "Welch's t, CUPED").halfWidth().orElseThrow())
        .isLessThan(method(result, "Welch's t").halfWidth().orElseThrow());
  }

  /**
   * Users with 1 to 8 requests each, whose speeds differ by user: a method that takes rows for
   * independent would err far more often.
   */
  @Test
  void quantilesOfUnitsWithSeveralRows_hold() {
    SplittableRandom random = new SplittableRandom(8);
    int units = 20_000;
    int[] starts = new int[units + 1];
    double[] values = new double[8 * units];
    for (int unit = 0; unit < units; unit++) {
      int rows = 1 + random.nextInt(8);
      double own = random.nextGaussian();
      for (int i = 0; i < rows; i++) {
        values[starts[unit] + i] = Math.exp(own + 0.5 * random.nextGaussian());
      }
      starts[unit + 1] = starts[unit] + rows;
    }
    for (double level : new double[] {0.5, 0.9}) {
      ProofSpec spec = new ProofSpec(0.05, 0.1, 1_000, 1_500, 3, 0.5, 12);
      Proof.Result result = Proof.run(new Observations(level, starts, values), spec);
      assertThat(method(result, "Welch's t").standing()).isEqualTo(Standing.HOLDS);
      assertThat(method(result, "group-sequential").standing()).isEqualTo(Standing.HOLDS);
      assertThat(method(result, "confidence sequence").standing()).isNotEqualTo(Standing.FAILS);
    }
  }

  /** What it costs to take sales less refunds, and of a metric below zero. */
  @Test
  void derivedMetrics_andThoseBelowZero_hold() {
    SplittableRandom random = new SplittableRandom(9);
    double[] rows = new double[3 * 20_000];
    for (int at = 0; at < rows.length; at += 3) {
      rows[at] = 20 + 8 * random.nextGaussian();
      rows[at + 1] = 0.3 * rows[at] + 2 * random.nextGaussian();
      rows[at + 2] = 1 + random.nextInt(3);
    }
    Arithmetic margin =
        Arithmetic.ratio(
            new Arithmetic.Operation(
                Arithmetic.Operator.MINUS, new Arithmetic.Quantity(0), new Arithmetic.Quantity(1)),
            new Arithmetic.Quantity(2));
    Population shop = new Population(new MetricShape.Combination(3, margin, 0), rows);
    double[] losses = new double[20_000];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = -10 + 3 * random.nextGaussian();
    }
    for (Population population : List.of(shop, new Population(MetricShape.mean(), losses))) {
      Proof.Result result =
          Proof.run(population, new ProofSpec(0.05, 0.05, 1_000, 2_000, 2, 0.5, 13));
      assertThat(method(result, "Welch's t").standing()).isEqualTo(Standing.HOLDS);
      assertThat(method(result, "Welch's t").power()).isGreaterThan(0.6);
    }
  }

  /** Log-normal with sigma 2.5: with 60 units in the smaller arm it errs far too often. */
  @Test
  void heavyTails_areFoundOut() {
    SplittableRandom random = new SplittableRandom(5);
    double[] rows = new double[20_000];
    for (int at = 0; at < rows.length; at++) {
      rows[at] = Math.exp(2.5 * random.nextGaussian());
    }
    Population population = new Population(MetricShape.mean(), rows);
    Proof.Result few = Proof.run(population, new ProofSpec(0.05, 0.5, 2_000, 600, 4, 0.1, 6));
    assertThat(method(few, "Welch's t").standing()).isEqualTo(Standing.FAILS);
    assertThat(few.tails().orElseThrow().unitsPerArm()).isGreaterThan(10_000);
    assertThat(few.tails().orElseThrow().topShare()).isGreaterThan(0.5);
  }

  @Test
  void sameSeed_sameFigures() {
    ProofSpec spec = new ProofSpec(0.05, 0.05, 200, 500, 5, 0.5, 7);
    assertThat(Proof.run(normal(), spec)).isEqualTo(Proof.run(normal(), spec));
    assertThat(Proof.run(normal(), new ProofSpec(0.05, 0.05, 200, 500, 5, 0.5, 8)))
        .isNotEqualTo(Proof.run(normal(), spec));
  }

  @Test
  void unitsWithoutVariance_giveNoAnswer_notNaN() {
    double[] rows = new double[1_000];
    rows[0] = 1;
    Proof.Result result =
        Proof.run(
            new Population(MetricShape.proportion(), rows),
            new ProofSpec(0.05, 0.5, 200, 100, 2, 0.5, 9));
    MethodProof welch = method(result, "Welch's t");
    assertThat(welch.unanswered()).isGreaterThan(0.8);
    assertThat(welch.falseAlarms()).isEqualTo(0);
    assertThat(welch.coverage()).isBetween(0.0, 1.0);
  }
}
