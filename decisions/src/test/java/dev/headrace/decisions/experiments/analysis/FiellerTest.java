package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec.Adjustment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FiellerTest {
  private static final int RUNS = 20_000;
  private static final double ONE_SIDE = 0.025;

  /** Per unit, so that the mean of 2,500 has a standard error of 1. */
  private static final double SPREAD = 50;

  static Stream<Method> tests() {
    return Stream.of(
        new Method.WelchT(),
        new Method.NormalZ(),
        new Method.AnyTime(5_000),
        new Method.MixtureSprt(0.1, Scale.RELATIVE),
        new Method.GroupSequentialLook(2.4));
  }

  /** Of every method: no relative effect is rejected just where no absolute one is. */
  @ParameterizedTest
  @MethodSource("tests")
  void tests_areThoseOfTheAbsoluteEffect(Method method) {
    SplittableRandom random = new SplittableRandom(3);
    for (int world = 0; world < 300; world++) {
      double mean = 1 + 30 * random.nextDouble();
      Moments baseline = arm(random, 2_500, random.nextBoolean() ? mean : -mean, 0.7);
      Moments treatment = arm(random, 7_500, baseline.mean(0) + random.nextGaussian(), 0.7);
      for (Alternative alternative : Alternative.values()) {
        AnalysisSpec spec =
            AnalysisSpec.of(method)
                .withAlternative(alternative)
                .withAdjustment(Adjustment.NONE)
                .withIntervalAlpha(0.05);
        Inference.Effect relative = effect(spec, baseline, treatment);
        Inference.Effect absolute = effect(spec.withScale(Scale.ABSOLUTE), baseline, treatment);
        assertThat(relative.pValue()).isCloseTo(absolute.pValue(), within(1e-12));
        assertThat(relative.statistic()).isCloseTo(absolute.statistic(), within(1e-10));
        assertThat(relative.interval().contains(0)).isEqualTo(absolute.interval().contains(0));
      }
    }
  }

  /** Each end is an effect whose test is just at alpha, by every method. */
  @ParameterizedTest
  @MethodSource("tests")
  void ends_areEffectsThatAreJustNotRejected(Method method) {
    SplittableRandom random = new SplittableRandom(4);
    for (int world = 0; world < 100; world++) {
      Moments baseline = arm(random, 2_500, 12 + 20 * random.nextDouble(), 0.7);
      Moments treatment = arm(random, 7_500, 25, 0.7);
      AnalysisSpec spec = AnalysisSpec.of(method);
      double at = effect(spec, baseline, treatment).interval().lower();
      double to = effect(spec, baseline, treatment).interval().upper();
      double alpha =
          method instanceof Method.GroupSequentialLook(double z) ? Normal.twoSided(z) : 0.05;
      for (double end : List.of(at, to)) {
        assertThat(effect(spec.withNullEffect(end), baseline, treatment).pValue())
            .isCloseTo(alpha, within(1e-9));
      }
    }
  }

  /** A baseline within a few standard errors of zero: as many errors to either side. */
  @ParameterizedTest
  @CsvSource({"5, 0, 0", "5, 0.5, 0", "10, -0.3, 0", "5, 0, 0.9", "6, 0.5, 0.9", "-6, 0.5, 0.9"})
  void intervals_missAsOftenToEitherSide(double away, double lift, double correlation) {
    SplittableRandom random = new SplittableRandom(17);
    AnalysisSpec spec = AnalysisSpec.of(new Method.NormalZ());
    int below = 0;
    int above = 0;
    for (int run = 0; run < RUNS; run++) {
      Moments baseline = arm(random, 2_500, away, correlation);
      Moments treatment = arm(random, 7_500, away + lift * Math.abs(away), correlation);
      Inference.Effect effect = effect(spec, baseline, treatment);
      above += effect.interval().lower() > lift ? 1 : 0;
      below += effect.interval().upper() < lift ? 1 : 0;
    }
    for (long side : List.of(below, above)) {
      assertThat(Binomial.lower(side, RUNS, ONE_SIDE)).as("%s misses", side).isGreaterThan(1e-4);
      assertThat(Binomial.upper(side - 1, RUNS, ONE_SIDE))
          .as("%s misses", side)
          .isGreaterThan(1e-4);
    }
  }

  /** Nobody knows the sign of such a baseline: what is told holds whichever it has. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "1.5, 1", "2, 0.5", "2.5, 1", "-1, 2", "1, -3", "0.3, 8"})
  void intervalsOfBaselinesWithinTheirNoise_missNoMoreThanTheySay(double away, double lift) {
    SplittableRandom random = new SplittableRandom(29);
    AnalysisSpec test = AnalysisSpec.of(new Method.NormalZ());
    AnalysisSpec flat = test.withMethod(new Method.Bayes(Method.Prior.FLAT));
    for (AnalysisSpec spec : List.of(test, flat)) {
      int below = 0;
      int above = 0;
      int oneEnd = 0;
      for (int run = 0; run < RUNS; run++) {
        Moments baseline = arm(random, 2_500, away, 0);
        Moments treatment = arm(random, 22_500, away + lift * Math.abs(away), 0);
        Interval interval =
            Analysis.of(spec, new MetricShape.Mean(1))
                .compare(baseline, treatment)
                .orThrow()
                .interval();
        above += interval.lower() > lift ? 1 : 0;
        below += interval.upper() < lift ? 1 : 0;
        oneEnd +=
            Double.isInfinite(interval.lower()) != Double.isInfinite(interval.upper()) ? 1 : 0;
      }
      assertThat(oneEnd).isGreaterThan(RUNS / 100);
      long missed = (long) below + above;
      assertThat(Binomial.upper(missed - 1, RUNS, 2 * ONE_SIDE)).isGreaterThan(1e-4);
      if (Math.abs(away) >= 1) { // Nearer than that it may be shown, with the wrong sign.
        for (long side : List.of(below, above)) {
          assertThat(Binomial.upper(side - 1, RUNS, ONE_SIDE))
              .as("%s misses", side)
              .isGreaterThan(1e-4);
        }
      }
    }
  }

  /** Under a flat prior a posterior says of every effect what the test of it says. */
  @ParameterizedTest
  @EnumSource(Alternative.class)
  void flatBelief_isTheConfidenceDensity(Alternative alternative) {
    SplittableRandom random = new SplittableRandom(5);
    AnalysisSpec test = AnalysisSpec.of(new Method.NormalZ()).withAlternative(alternative);
    AnalysisSpec flat = test.withMethod(new Method.Bayes(Method.Prior.FLAT));
    for (int world = 0; world < 300; world++) {
      Moments baseline = arm(random, 2_500, 1 + 30 * random.nextDouble(), 0.7);
      Moments treatment = arm(random, 7_500, 15, 0.7);
      Inference.Belief belief = belief(flat, baseline, treatment);
      Interval tested = effect(test, baseline, treatment).interval();
      assertThat(belief.interval().lower()).isCloseTo(tested.lower(), withinPercentage(1e-9));
      assertThat(belief.interval().upper()).isCloseTo(tested.upper(), withinPercentage(1e-9));
      double at = random.nextGaussian();
      assertThat(belief(flat.withNullEffect(at), baseline, treatment).probabilityPositive())
          .isCloseTo(
              effect(test.withAlternative(Alternative.LESS).withNullEffect(at), baseline, treatment)
                  .pValue(),
              within(1e-12));
    }
  }

  /** Effects that come from the prior, of a baseline that is measured badly. */
  @ParameterizedTest
  @CsvSource({"6, 0.1", "6, 0.3", "10, 0.3", "-8, 0.2"})
  void beliefs_holdAsOftenAsTheySay(double away, double sd) {
    SplittableRandom random = new SplittableRandom(23);
    AnalysisSpec spec = AnalysisSpec.of(new Method.Bayes(new Method.Prior(0, sd, Scale.RELATIVE)));
    int below = 0;
    int above = 0;
    int sure = 0;
    int surelyWrong = 0;
    for (int run = 0; run < RUNS; run++) {
      double truth = sd * random.nextGaussian();
      Inference.Belief belief =
          belief(
              spec,
              arm(random, 2_500, away, 0),
              arm(random, 7_500, away + truth * Math.abs(away), 0));
      below += belief.interval().upper() < truth ? 1 : 0;
      above += belief.interval().lower() > truth ? 1 : 0;
      if (belief.probabilityPositive() > 0.9) {
        sure++;
        surelyWrong += truth < 0 ? 1 : 0;
      }
    }
    long missed = (long) below + above;
    assertThat(Binomial.lower(missed, RUNS, 2 * ONE_SIDE)).isGreaterThan(1e-4);
    assertThat(Binomial.upper(missed - 1, RUNS, 2 * ONE_SIDE)).isGreaterThan(1e-4);
    // By the delta method it is 1 % to the one side and 5 % to the other.
    assertThat((double) Math.max(below, above) / RUNS).isLessThan(0.033);
    assertThat(surelyWrong).isLessThan(Math.max(1, sure / 10));
  }

  /** Of a baseline within its noise an end is one of several: it has to agree with the chance. */
  @Test
  void beliefsOfBaselinesNearZero_excludeNoEffectWhereItIsUnlikely() {
    SplittableRandom random = new SplittableRandom(31);
    int shown = 0;
    for (int world = 0; world < RUNS; world++) {
      double away = 3 * random.nextGaussian();
      double sd = Math.exp(1.5 * random.nextGaussian() - 1);
      Inference.Belief belief =
          belief(
              AnalysisSpec.of(new Method.Bayes(new Method.Prior(0, sd, Scale.RELATIVE))),
              exactly(away),
              exactly(away + 4 * random.nextGaussian()));
      double chance = belief.probabilityPositive();
      boolean isShown = Math.min(chance, 1 - chance) < ONE_SIDE;
      assertThat(belief.interval().contains(0)).as("%s", belief).isEqualTo(!isShown);
      assertThat(belief.interval().lower()).isLessThan(belief.interval().upper());
      shown += isShown ? 1 : 0;
    }
    assertThat(shown).isBetween(RUNS / 20, RUNS / 2);
  }

  /** What the delta method does in the same worlds, and why it is not what is taken. */
  @Test
  void delta_errsToOneSide() {
    SplittableRandom random = new SplittableRandom(17);
    AnalysisSpec spec = AnalysisSpec.of(new Method.NormalZ()).withRelative(RelativeInterval.DELTA);
    int worse = 0;
    int better = 0;
    for (int run = 0; run < RUNS; run++) {
      Inference.Effect effect = effect(spec, arm(random, 2_500, 5, 0), arm(random, 7_500, 5, 0));
      worse += effect.interval().upper() < 0 ? 1 : 0;
      better += effect.interval().lower() > 0 ? 1 : 0;
    }
    assertThat((double) worse / RUNS).isCloseTo(0.055, within(0.01));
    assertThat((double) better / RUNS).isLessThan(0.002);
  }

  /** A baseline 1.5 standard errors from zero, which the treatment exceeds by 1 and by 9. */
  @Test
  void baselineWithinItsNoise_hasOneEndOrNone() {
    AnalysisSpec spec = AnalysisSpec.of(new Method.NormalZ());
    Moments baseline = exactly(1.5);

    assertThat(effect(spec, baseline, exactly(2.5)).interval()).isEqualTo(Interval.EVERYTHING);

    Inference.Effect up = effect(spec, baseline, exactly(10.5));
    assertThat(up.pValue()).isLessThan(1e-9);
    assertThat(up.interval().lower()).isPositive();
    assertThat(up.interval().upper()).isInfinite();
    assertThat(effect(spec.withNullEffect(up.interval().lower()), baseline, exactly(10.5)).pValue())
        .isCloseTo(0.05, within(1e-12));

    Inference.Effect down = effect(spec, baseline, exactly(-7.5));
    assertThat(down.interval().lower()).isInfinite();
    assertThat(down.interval().upper()).isNegative();

    AnalysisSpec greater = spec.withAlternative(Alternative.GREATER);
    assertThat(effect(greater, baseline, exactly(10.5)).interval().lower())
        .isGreaterThan(up.interval().lower());
    assertThat(effect(greater, baseline, exactly(-7.5)).interval()).isEqualTo(Interval.EVERYTHING);
  }

  /** 2,500 units whose mean has a standard error of 1. */
  private static Moments exactly(double mean) {
    double square = SPREAD * SPREAD * 2_499;
    return Moments.ofMeans(2_500, new double[] {mean, 0}, new double[][] {{square, 0}, {0, 1}});
  }

  private static Inference.Belief belief(AnalysisSpec spec, Moments baseline, Moments treatment) {
    return (Inference.Belief)
        Analysis.of(spec, new MetricShape.Mean(1)).compare(baseline, treatment).orThrow();
  }

  private static Inference.Effect effect(AnalysisSpec spec, Moments baseline, Moments treatment) {
    return (Inference.Effect)
        Analysis.of(spec, new MetricShape.Mean(1)).compare(baseline, treatment).orThrow();
  }

  /** The means of an arm's value and of a covariate, as many units as these have them. */
  private static Moments arm(SplittableRandom random, int units, double mean, double correlation) {
    double error = SPREAD / Math.sqrt(units);
    double covariate = random.nextGaussian();
    double value =
        correlation * covariate + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
    double square = SPREAD * SPREAD * (units - 1);
    return Moments.ofMeans(
        units,
        new double[] {mean + error * value, 100 + error * covariate},
        new double[][] {{square, correlation * square}, {correlation * square, square}});
  }
}
