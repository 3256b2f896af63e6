package dev.headrace.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.multiple.SimultaneousIntervals;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CorrectionTest {
  /** Holm and Hommel are closed tests: a brute-force closure over all intersections must agree. */
  @Test
  void holmAndHommel_areTheirClosures() {
    SplittableRandom random = new SplittableRandom(41);
    for (int round = 0; round < 200; round++) {
      double[] p = new double[2 + random.nextInt(5)];
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.pow(random.nextDouble(), 3);
      }
      double[] holm = Correction.HOLM.adjust(p);
      double[] hommel = Correction.HOMMEL.adjust(p);
      for (int i = 0; i < p.length; i++) {
        assertThat(holm[i]).isCloseTo(closure(p, i, false), within(1e-14));
        assertThat(hommel[i]).isCloseTo(closure(p, i, true), within(1e-14));
      }
    }
  }

  private static double closure(double[] p, int index, boolean simes) {
    double worst = 0;
    for (int set = 1; set < 1 << p.length; set++) {
      if ((set >> index & 1) == 1) {
        double[] members = members(p, set);
        double test = Double.POSITIVE_INFINITY;
        for (int i = 0; i < members.length; i++) {
          test = Math.min(test, members.length * members[i] / (simes ? i + 1 : 1));
        }
        worst = Math.max(worst, Math.min(1, test));
      }
    }
    return worst;
  }

  private static double[] members(double[] p, int set) {
    return java.util.stream.IntStream.range(0, p.length)
        .filter(i -> (set >> i & 1) == 1)
        .mapToDouble(i -> p[i])
        .sorted()
        .toArray();
  }

  @Test
  void adjust_ofNothingAndOfWrongPValues() {
    for (Correction correction : Correction.values()) {
      assertThat(correction.adjust()).isEmpty();
      assertThat(correction.adjust(0, 1)[0]).isZero();
      assertThat(correction.adjust(1)).containsExactly(1);
      assertThatThrownBy(() -> correction.adjust(0.5, Double.NaN)).hasMessageContaining("NaN");
    }
  }

  @Test
  void rescaled_excludesZeroExactlyWhenTheAdjustedPIsBelowAlpha() {
    assertThat(SimultaneousIntervals.rescaled(0.05, 0.3, 0.0499).contains(0)).isFalse();
    assertThat(SimultaneousIntervals.rescaled(0.05, 0.3, 0.0501).contains(0)).isTrue();
    assertThat(SimultaneousIntervals.rescaled(0.05, -0.3, 1)).isEqualTo(Interval.EVERYTHING);
  }

  /** In 4,000 worlds all bounds hold together at least 95 times in 100. */
  @Test
  void holmLowerBounds_holdTogether() {
    SplittableRandom random = new SplittableRandom(43);
    double[] truth = {0, 0, 2, 4};
    double[] errors = {1, 1, 1, 1};
    int missed = 0;
    for (int run = 0; run < 4_000; run++) {
      double[] estimates = new double[truth.length];
      for (int i = 0; i < truth.length; i++) {
        estimates[i] = truth[i] + random.nextGaussian();
      }
      List<Interval> bounds = SimultaneousIntervals.holmLowerBounds(0.05, estimates, errors);
      boolean any = false;
      for (int i = 0; i < truth.length; i++) {
        any |= bounds.get(i).lower() > truth[i];
      }
      missed += any ? 1 : 0;
    }
    assertThat(missed / 4_000.0).isLessThan(0.05 + 4 * Math.sqrt(0.05 * 0.95 / 4_000));
  }
}
