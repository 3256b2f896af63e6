package dev.headrace.core.stats.interval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Interval;
import dev.headrace.core.stats.distribution.Binomial;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * How often intervals of shares cover, exactly: the sum of the chances of all outcomes whose
 * interval has the truth in it. No draws, so no band.
 */
class ShareCoverageTest {
  private static final double ALPHA = 0.05;

  private static double chance(int successes, int trials, double p) {
    return Binomial.lower(successes, trials, p)
        - (successes == 0 ? 0 : Binomial.lower(successes - 1L, trials, p));
  }

  @Test
  void oneShare_coversOnAverageAtItsLevel_andClopperPearsonAlways() {
    int trials = 60;
    Map<Share, double[]> coverage = new EnumMap<>(Share.class);
    int grid = 200;
    for (int i = 1; i < grid; i++) {
      double p = i / (double) grid;
      for (Share share : Share.values()) {
        double covered = 0;
        for (int successes = 0; successes <= trials; successes++) {
          if (share.of(successes, trials, ALPHA).contains(p)) {
            covered += chance(successes, trials, p);
          }
        }
        double[] figures = coverage.computeIfAbsent(share, _ -> new double[] {0, 1});
        figures[0] += covered / (grid - 1);
        figures[1] = Math.min(figures[1], covered);
      }
    }
    assertThat(coverage.get(Share.CLOPPER_PEARSON)[1]).isGreaterThanOrEqualTo(1 - ALPHA);
    // L. Brown, T. Cai, A. DasGupta (2001): these are right on average, and never far off.
    for (Share share : new Share[] {Share.WILSON, Share.JEFFREYS, Share.AGRESTI_COULL}) {
      assertThat(coverage.get(share)[0]).as(share + " on average").isBetween(0.945, 0.965);
      assertThat(coverage.get(share)[1]).as(share + " at worst").isGreaterThan(0.83);
    }
    assertThat(coverage.get(Share.WALD)[1]).as("Wald's, at worst").isLessThan(0.5);
  }

  @Test
  void twoShares_coverNearTheirLevel_alsoWithAFewSuccesses() {
    Map<String, Function<TwoShares, Interval>> differences = new LinkedHashMap<>();
    differences.put("Miettinen-Nurminen", two -> two.miettinenNurminen(ALPHA));
    differences.put("Newcombe", two -> two.newcombe(ALPHA));
    differences.put("Agresti-Caffo", two -> two.agrestiCaffo(ALPHA));
    Map<String, Function<TwoShares, Interval>> ratios = Map.of("Koopman", t -> t.koopman(ALPHA));
    double[][] worlds = {{0.08, 0.08}, {0.1, 0.25}, {0.5, 0.4}};
    for (double[] world : worlds) {
      differences.forEach(
          (name, interval) ->
              assertThat(coverage(interval, world, world[0] - world[1]))
                  .as(name + " at " + world[0] + " and " + world[1])
                  .isBetween(0.935, 0.985));
      ratios.forEach(
          (name, interval) ->
              assertThat(coverage(interval, world, world[0] / world[1]))
                  .as(name + " at " + world[0] + " and " + world[1])
                  .isBetween(0.935, 0.985));
    }
  }

  private static double coverage(
      Function<TwoShares, Interval> interval, double[] world, double truth) {
    int first = 45;
    int second = 60;
    double covered = 0;
    for (int x = 0; x <= first; x++) {
      for (int y = 0; y <= second; y++) {
        double weight = chance(x, first, world[0]) * chance(y, second, world[1]);
        if (weight > 1e-9 && interval.apply(new TwoShares(x, first, y, second)).contains(truth)) {
          covered += weight;
        }
      }
    }
    return covered;
  }
}
