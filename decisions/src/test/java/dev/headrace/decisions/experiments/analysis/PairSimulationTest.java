package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.hypothesis.Equivalence;
import dev.headrace.core.stats.hypothesis.PermutationTest;
import dev.headrace.core.stats.hypothesis.TTest;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.sequential.UniformBoundary;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pairs, margins, rankings and mixtures in worlds in which it is known what is true. A rate must
 * lie in its binomial band: outside it a right method falls once in 10,000 tests.
 */
class PairSimulationTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 2_000;

  private static void assertErrsAt(int errors, int runs, double rate) {
    assertThat(Binomial.lower(errors, runs, rate)).as(errors + " of " + runs).isGreaterThan(5e-5);
    assertThat(Binomial.upper(errors - 1L, runs, rate))
        .as(errors + " of " + runs)
        .isGreaterThan(5e-5);
  }

  private static void assertErrsAtMostAt(int errors, int runs, double rate) {
    assertThat(Binomial.upper(errors - 1L, runs, rate))
        .as(errors + " of " + runs)
        .isGreaterThan(5e-5);
  }

  /** The same users in two weeks: values that go together. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void pairedT_errsAtAlpha(Shape shape) {
    SplittableRandom random = new SplittableRandom(41 + shape.ordinal());
    int errors = 0;
    int uncovered = 0;
    for (int run = 0; run < RUNS; run++) {
      double[][] rows = shape.withCovariate(random, 400);
      double[] now = new double[rows.length];
      double[] before = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        now[i] = rows[i][0];
        before[i] = rows[i][1];
      }
      TTest.Difference difference =
          TTest.paired(now, before, ALPHA, Alternative.TWO_SIDED).orThrow();
      errors += difference.test().pValue() <= ALPHA ? 1 : 0;
      uncovered += difference.interval().contains(0) ? 0 : 1;
    }
    assertErrsAt(errors, RUNS, ALPHA);
    assertThat(uncovered).isEqualTo(errors);
  }

  /** On the margin itself, which is where it errs most. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void equivalence_onTheMargin_errsAtMostAtAlpha(Shape shape) {
    SplittableRandom random = new SplittableRandom(43 + shape.ordinal());
    double margin = 0.3 * shape.mean();
    int equivalent = 0;
    int notInferior = 0;
    for (int run = 0; run < RUNS; run++) {
      Moments a = shape.moments(random, 4_000);
      Moments b = shape.moments(random, 4_000);
      double se = Math.sqrt(a.variance(0) / a.count() + b.variance(0) / b.count());
      // The truth is that b is worse by just the margin.
      double estimate = b.mean(0) - a.mean(0) - margin;
      equivalent +=
          Equivalence.tost(estimate, se, Double.POSITIVE_INFINITY, -margin, margin).pValue()
                  <= ALPHA
              ? 1
              : 0;
      notInferior +=
          Equivalence.nonInferiority(
                      estimate,
                      se,
                      Double.POSITIVE_INFINITY,
                      margin,
                      Equivalence.Direction.UP_IS_GOOD)
                  <= ALPHA
              ? 1
              : 0;
    }
    assertErrsAtMostAt(equivalent, RUNS, ALPHA);
    assertErrsAt(notInferior, RUNS, ALPHA);
  }

  @Test
  void interleaving_ofEqualRankings_errsAtMostAtAlpha_andItsIntervalCovers() {
    SplittableRandom random = new SplittableRandom(47);
    int errors = 0;
    int missed = 0;
    int runs = 1_000;
    for (int run = 0; run < runs; run++) {
      double[] scores = new double[300];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(5) == 0 ? 0 : random.nextBoolean() ? 1 : -1;
      }
      Interleaving.Outcome outcome = Interleaving.of(scores, ALPHA, 200, run).orThrow();
      errors += outcome.signTest().orThrow().pValue() <= ALPHA ? 1 : 0;
      missed += outcome.interval().orThrow().contains(0) ? 0 : 1;
    }
    // The exact test is discrete, so that it errs a little less than it may.
    assertErrsAtMostAt(errors, runs, ALPHA);
    assertErrsAtMostAt(missed, runs, 0.07);
  }

  /** Units prefer B by 0.45, A by 0.25: the preference is 0.1. */
  @Test
  void interleaving_fromCounts_coversThePreferenceThatThereIs() {
    SplittableRandom random = new SplittableRandom(48);
    int missed = 0;
    for (int run = 0; run < RUNS; run++) {
      long[] counts = new long[3];
      for (int unit = 0; unit < 150; unit++) {
        double draw = random.nextDouble();
        counts[draw < 0.25 ? 0 : draw < 0.7 ? 1 : 2]++;
      }
      missed +=
          Interleaving.ofCounts(counts[0], counts[1], counts[2], ALPHA)
                  .orThrow()
                  .interval()
                  .orThrow()
                  .contains(0.1)
              ? 0
              : 1;
    }
    assertErrsAt(missed, RUNS, ALPHA);
    assertThat(Interleaving.ofCounts(9, 10, 500, ALPHA).orThrow().interval().known()).isEmpty();
    assertThat(Interleaving.ofCounts(0, 1, 0, ALPHA).known()).isEmpty();
  }

  /** Interim sums of normal values: a boundary that is crossed at any of 500 times is an error. */
  @Test
  void mixtureBoundaries_areCrossedAtMostAtAlpha() {
    SplittableRandom random = new SplittableRandom(53);
    double[] twoSided = bounds(UniformBoundary.normal(100, ALPHA));
    double[] oneSided = bounds(UniformBoundary.oneSidedNormal(100, ALPHA));
    int crossedTwo = 0;
    int crossedOne = 0;
    for (int run = 0; run < RUNS; run++) {
      double sum = 0;
      boolean two = false;
      boolean one = false;
      for (int i = 0; i < twoSided.length; i++) {
        sum += random.nextGaussian();
        two |= Math.abs(sum) >= twoSided[i];
        one |= sum >= oneSided[i];
      }
      crossedTwo += two ? 1 : 0;
      crossedOne += one ? 1 : 0;
    }
    assertErrsAtMostAt(crossedTwo, RUNS, ALPHA);
    assertErrsAtMostAt(crossedOne, RUNS, ALPHA);
    assertThat(crossedTwo).isGreaterThan(RUNS / 100);
  }

  private static double[] bounds(UniformBoundary boundary) {
    return IntStream.rangeClosed(1, 500).mapToDouble(v -> boundary.bound(v, ALPHA)).toArray();
  }

  /** 2,000 runs with 199 divisions each: the level is exact whatever their number. */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void permutation_errsAtAlpha(Shape shape) {
    SplittableRandom random = new SplittableRandom(59 + shape.ordinal());
    int errors = 0;
    for (int run = 0; run < RUNS; run++) {
      Answer<TestResult> test =
          PermutationTest.random(
              shape.sample(random, 60),
              shape.sample(random, 60),
              PairSimulationTest::difference,
              199,
              run,
              Alternative.GREATER);
      errors += test.orThrow().pValue() <= ALPHA ? 1 : 0;
    }
    if (shape == Shape.RARE_BINARY) {
      assertErrsAtMostAt(errors, RUNS, ALPHA); // Ties make it cautious.
    } else {
      assertErrsAt(errors, RUNS, ALPHA);
    }
  }

  private static double difference(double[] first, double[] second) {
    double sum = 0;
    for (double value : first) {
      sum += value;
    }
    for (double value : second) {
      sum -= value;
    }
    return sum;
  }
}
