package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Beta;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.distribution.FisherF;
import dev.headrace.core.stats.distribution.Normal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Effects between posteriors, against closed forms and against worlds drawn from the prior. */
class PosteriorContrastTest {
  private static final AnalysisSpec RELATIVE =
      AnalysisSpec.of(new Method.Bayes(Method.Prior.FLAT)).withAlpha(0.1);
  private static final AnalysisSpec ABSOLUTE = RELATIVE.withScale(Scale.ABSOLUTE);

  private static Inference.Belief belief(Posterior a, Posterior b, AnalysisSpec spec) {
    return (Inference.Belief) PosteriorContrast.of(a, b, spec).orThrow();
  }

  /** The difference of two normals is a normal. */
  @Test
  void ofTwoMeans_isTheClosedForm() {
    for (double otherSd : new double[] {0.4, 0.02, 9}) {
      Posterior a = new Posterior.OfMean(10, 0.3);
      Posterior b = new Posterior.OfMean(10.5, otherSd);
      double sd = Math.hypot(0.3, otherSd);
      double z = 0.5 / sd;
      Inference.Belief belief = belief(a, b, ABSOLUTE);
      assertThat(belief.estimate()).isCloseTo(0.5, within(1e-9));
      assertThat(belief.standardError()).isCloseTo(sd, within(1e-9 * sd));
      assertThat(belief.interval().lower())
          .isCloseTo(0.5 - Normal.upperQuantile(0.05) * sd, within(1e-8));
      assertThat(belief.probabilityPositive()).isCloseTo(Normal.lower(z), within(1e-9));
      assertThat(belief.lossOfBaseline())
          .isCloseTo(sd * (z * Normal.lower(z) + Normal.density(z)), within(1e-9));
      assertThat(belief.lossOfBaseline() - belief.lossOfTreatment()).isCloseTo(0.5, within(1e-9));
    }
  }

  /** The ratio of two gammas has F's distribution. */
  @Test
  void ofTwoRates_isTheClosedForm() {
    Posterior a = Posterior.rate(1_000, 240, 2, 10);
    Posterior b = Posterior.rate(1_100, 301, 2, 10);
    double scale = (303 / 1_110.0) / (242 / 1_010.0);
    Inference.Belief belief = belief(a, b, RELATIVE);
    for (double effect : new double[] {-0.2, 0, 0.1, 0.5}) {
      assertThat(PosteriorContrast.chanceBelow(a, b, Scale.RELATIVE, effect))
          .isCloseTo(FisherF.lower((1 + effect) / scale, 2 * 303, 2 * 242), within(1e-11));
    }
    assertThat(FisherF.lower((1 + belief.interval().lower()) / scale, 2 * 303, 2 * 242))
        .isCloseTo(0.05, within(1e-10));
    assertThat(FisherF.lower((1 + belief.interval().upper()) / scale, 2 * 303, 2 * 242))
        .isCloseTo(0.95, within(1e-10));
    // E[1 / A] of a gamma is rate / (shape - 1).
    double mean = 303 / 1_110.0 * 1_010 / 241 - 1;
    assertThat(belief.lossOfBaseline() - belief.lossOfTreatment()).isCloseTo(mean, within(1e-9));
  }

  /** Shares: Simpson's rule over the baseline's density, which the class does not use. */
  @Test
  void ofTwoShares_isTheIntegralOverTheirDensities() {
    double[][] arms = {{101, 901, 119, 883}, {1, 500, 4, 498}, {2, 3, 40, 61}};
    for (double[] arm : arms) {
      Posterior a = new Posterior.OfShare(arm[0], arm[1]);
      Posterior b = new Posterior.OfShare(arm[2], arm[3]);
      double chance = simpson(arm, 0);
      assertThat(belief(a, b, ABSOLUTE).probabilityPositive()).isCloseTo(1 - chance, within(1e-8));
      assertThat(PosteriorContrast.chanceBelow(a, b, Scale.ABSOLUTE, 0.02))
          .isCloseTo(simpson(arm, 0.02), within(1e-8));
    }
  }

  private static double simpson(double[] arm, double effect) {
    int steps = 400_000;
    double sum = 0;
    for (int i = 1; i < steps; i++) {
      double x = i / (double) steps;
      double edge = Math.min(1, x + effect);
      double lower = edge >= 1 ? 1 : Beta.lower(edge, arm[2], arm[3]);
      sum += (i % 2 == 0 ? 2 : 4) * Beta.density(x, arm[0], arm[1]) * lower;
    }
    // At 0 a density of shape 1 has its largest value.
    double first = arm[0] == 1 ? arm[1] * Beta.lower(Math.max(effect, 1e-300), arm[2], arm[3]) : 0;
    return (sum + first) / steps / 3;
  }

  @Test
  void baselinesThatMayBeZero_haveNoRelativeEffect() {
    Answer<Inference> answer =
        PosteriorContrast.of(
            new Posterior.OfMean(0.1, 0.1), new Posterior.OfMean(0.3, 0.1), RELATIVE);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Unknown.class,
            unknown -> assertThat(unknown.reason()).isEqualTo(Answer.Reason.UNBOUNDED));
    assertThat(
            belief(new Posterior.OfMean(-10, 0.1), new Posterior.OfMean(-9, 0.1), RELATIVE)
                .estimate())
        .as("less negative is more")
        .isCloseTo(0.1, within(1e-3));
  }

  @Test
  void partsBeyondAValue_addUpToTheMean() {
    for (Posterior posterior :
        new Posterior[] {
          new Posterior.OfShare(3, 40),
          new Posterior.OfMean(0.2, 3),
          Posterior.rate(20, 7, 2, 1),
          Posterior.rate(20, 7, 2, 1).negated()
        }) {
      double sum = 0;
      double low = posterior.quantile(1e-13);
      double step = (0.1 - low) / 20_000;
      for (int i = 0; i < 20_000; i++) {
        sum += posterior.lower(low + (i + 0.5) * step) * step;
      }
      assertThat(posterior.shortfall(0.1)).isCloseTo(sum, within(1e-6));
      assertThat(posterior.excess(0.1) - posterior.shortfall(0.1))
          .isCloseTo(posterior.mean() - 0.1, within(1e-12));
    }
  }

  /** Where truths are drawn from the prior, posteriors are right: chances are uniform. */
  @Test
  void credibleIntervals_coverTruthsThatThePriorDraws() {
    SplittableRandom random = new SplittableRandom(71);
    int runs = 2_000;
    int[] missed = new int[3];
    for (int run = 0; run < runs; run++) {
      double shareA = Beta.quantile(random.nextDouble(), 4, 40);
      double shareB = Beta.quantile(random.nextDouble(), 4, 40);
      missed[0] +=
          misses(
              PosteriorContrast.chanceBelow(
                  Posterior.share(60, ones(random, 60, shareA), 4, 40),
                  Posterior.share(90, ones(random, 90, shareB), 4, 40),
                  Scale.RELATIVE,
                  shareB / shareA - 1));
      Posterior ratePrior = Posterior.rate(1, 0, 6, 1);
      double rateA = ratePrior.quantile(random.nextDouble());
      double rateB = ratePrior.quantile(random.nextDouble());
      missed[1] +=
          misses(
              PosteriorContrast.chanceBelow(
                  Posterior.rate(12, events(random, 12 * rateA), 6, 2),
                  Posterior.rate(9, events(random, 9 * rateB), 6, 2),
                  Scale.RELATIVE,
                  rateB / rateA - 1));
      double meanA = 20 + 2 * random.nextGaussian();
      double meanB = 20 + 2 * random.nextGaussian();
      missed[2] +=
          misses(
              PosteriorContrast.chanceBelow(
                  Posterior.mean(meanA + random.nextGaussian(), 1, 20, 2),
                  Posterior.mean(meanB + 3 * random.nextGaussian(), 3, 20, 2),
                  Scale.RELATIVE,
                  meanB / meanA - 1));
    }
    for (int count : missed) {
      assertThat(Binomial.lower(count, runs, 0.05)).as("misses: " + count).isGreaterThan(5e-5);
      assertThat(Binomial.upper(count - 1L, runs, 0.05)).as("misses: " + count).isGreaterThan(5e-5);
    }
  }

  private static int misses(double chance) {
    return chance < 0.025 || chance > 0.975 ? 1 : 0;
  }

  private static long ones(SplittableRandom random, int n, double p) {
    long count = 0;
    for (int i = 0; i < n; i++) {
      count += random.nextDouble() < p ? 1 : 0;
    }
    return count;
  }

  /** Of a Poisson process: events until the sum of exponential gaps passes the mean. */
  private static long events(SplittableRandom random, double mean) {
    long count = 0;
    for (double at = random.nextExponential(); at <= mean; at += random.nextExponential()) {
      count++;
    }
    return count;
  }
}
