package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.multiple.Correction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Families of metrics of every shape, two of each: in some nothing happened. Corrections keep their
 * promise about them, whether it is about any error or about the share of errors.
 */
class FamilySimulationTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 2_000;
  private static final List<Correction> ANY =
      List.of(
          Correction.BONFERRONI,
          Correction.SIDAK,
          Correction.HOLM,
          Correction.HOLM_SIDAK,
          Correction.HOCHBERG,
          Correction.HOMMEL);
  private static final List<Correction> SHARE =
      List.of(
          Correction.BENJAMINI_HOCHBERG,
          Correction.BENJAMINI_YEKUTIELI,
          Correction.TWO_STAGE_BKY,
          Correction.TWO_STAGE_BH);

  /**
   * P-values of eight metrics, two of each shape; the first of each is moved where {@code moved}.
   */
  private static double[] family(SplittableRandom random, boolean moved) {
    double[] p = new double[8];
    for (Shape shape : Shape.values()) {
      for (int i = 0; i < 2; i++) {
        int units = shape == Shape.RARE_BINARY ? 3_000 : 400;
        Moments a = shape.moments(random, units);
        Moments b = shape.moments(random, units);
        if (i == 0 && moved) {
          b =
              Moments.ofMeans(
                  b.count(),
                  new double[] {b.mean(0) + 0.25 * Math.sqrt(b.variance(0))},
                  new double[][] {{b.centredProduct(0, 0)}});
        }
        Inference.Effect effect =
            (Inference.Effect)
                Analysis.of(
                        AnalysisSpec.of(new Method.WelchT()).withScale(Scale.ABSOLUTE),
                        MetricShape.mean())
                    .compare(a, b)
                    .orThrow();
        p[4 * i + shape.ordinal()] = effect.pValue();
      }
    }
    return p;
  }

  @Test
  void corrections_keepTheirPromise() {
    SplittableRandom random = new SplittableRandom(89);
    Map<Correction, int[]> anyOfAll = counts();
    Map<Correction, int[]> anyOfHalf = counts();
    Map<Correction, double[]> shares = new EnumMap<>(Correction.class);
    SHARE.forEach(correction -> shares.put(correction, new double[2]));
    int[] uncorrected = new int[1];
    for (int run = 0; run < RUNS; run++) {
      double[] nothing = family(random, false);
      double[] half = family(random, true);
      uncorrected[0] += rejects(Correction.NONE.adjust(ALPHA, nothing), 0) ? 1 : 0;
      for (Correction correction : Correction.values()) {
        if (correction != Correction.NONE) {
          count(anyOfAll, correction, rejects(correction.adjust(ALPHA, nothing), 0));
          count(anyOfHalf, correction, rejects(correction.adjust(ALPHA, half), 4));
        }
      }
      shares.forEach(
          (correction, sums) -> {
            double[] adjusted = correction.adjust(ALPHA, half);
            int wrong = 0;
            int all = 0;
            for (int i = 0; i < adjusted.length; i++) {
              all += adjusted[i] <= ALPHA ? 1 : 0;
              wrong += i >= 4 && adjusted[i] <= ALPHA ? 1 : 0;
            }
            double share = all == 0 ? 0 : (double) wrong / all;
            sums[0] += share;
            sums[1] += share * share;
          });
    }
    assertThat(uncorrected[0]).as("eight tests err in a third of the runs").isBetween(560, 800);
    // Where nothing happened, the share of errors is whether there is one: all promise the same.
    for (Map.Entry<Correction, int[]> one : anyOfAll.entrySet()) {
      // The first stage at alpha itself promises a share of errors only where few are true.
      double rate = one.getKey() == Correction.TWO_STAGE_BH ? 1.1 * ALPHA : ALPHA;
      assertThat(Binomial.upper(one.getValue()[0] - 1L, RUNS, rate))
          .as(one.getKey() + " erred in " + one.getValue()[0])
          .isGreaterThan(5e-5);
    }
    for (Correction correction : ANY) {
      int errors = anyOfHalf.get(correction)[0];
      assertThat(Binomial.upper(errors - 1L, RUNS, ALPHA))
          .as(correction + " erred beside what happened in " + errors)
          .isGreaterThan(5e-5);
    }
    shares.forEach(
        (correction, sums) -> {
          double mean = sums[0] / RUNS;
          double error = Math.sqrt((sums[1] / RUNS - mean * mean) / RUNS);
          assertThat(mean - 4 * error).as(correction + ": " + mean).isLessThan(ALPHA);
        });
    assertThat(anyOfHalf.get(Correction.BENJAMINI_HOCHBERG)[0])
        .as("a promise about the share is none about any error")
        .isGreaterThan(anyOfHalf.get(Correction.HOMMEL)[0]);
  }

  private static Map<Correction, int[]> counts() {
    Map<Correction, int[]> counts = new EnumMap<>(Correction.class);
    for (Correction correction : Correction.values()) {
      if (correction != Correction.NONE) {
        counts.put(correction, new int[1]);
      }
    }
    return counts;
  }

  private static void count(Map<Correction, int[]> counts, Correction correction, boolean erred) {
    counts.get(correction)[0] += erred ? 1 : 0;
  }

  private static boolean rejects(double[] adjusted, int from) {
    for (int i = from; i < adjusted.length; i++) {
      if (adjusted[i] <= ALPHA) {
        return true;
      }
    }
    return false;
  }
}
