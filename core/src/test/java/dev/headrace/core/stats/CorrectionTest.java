package dev.headrace.core.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.multiple.SimultaneousIntervals;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /**
   * By hand, of p = 0.001, 0.013, 0.02, 0.4, 0.6 at 5 %: Benjamini and Hochberg compare with 0.01,
   * 0.02, 0.03, 0.04, 0.05 and reject three; Benjamini and Yekutieli with the same over 137 / 60
   * and reject one.
   */
  @Test
  void alphaOfEach_isThatOfTheFormulas() {
    double[] p = {0.4, 0.013, 0.001, 0.6, 0.02};
    Map<Correction, Double> expected = new EnumMap<>(Correction.class);
    expected.put(Correction.NONE, 0.05);
    expected.put(Correction.BONFERRONI, 0.01);
    expected.put(Correction.HOLM, 0.01);
    expected.put(Correction.HOCHBERG, 0.01);
    expected.put(Correction.HOMMEL, 0.01);
    expected.put(Correction.SIDAK, 1 - Math.pow(0.95, 0.2));
    expected.put(Correction.HOLM_SIDAK, 1 - Math.pow(0.95, 0.2));
    expected.put(Correction.BENJAMINI_HOCHBERG, 0.03);
    expected.put(Correction.BENJAMINI_YEKUTIELI, 0.01 * 60 / 137);
    // First stage at 0.05 / 1.05: 3 of 5 rejected, 2 left; so many of 5 p are too many to be true.
    expected.put(Correction.TWO_STAGE_BKY, 0.03 / 1.05);
    expected.put(Correction.TWO_STAGE_BH, 0.03);
    assertThat(expected).hasSameSizeAs(Correction.values());
    expected.forEach(
        (correction, alpha) ->
            assertThat(SimultaneousIntervals.alphaOfEach(correction, 0.05, p))
                .as(correction.name())
                .isCloseTo(alpha, within(1e-15)));
  }

  @Test
  void alphaOfEach_withNothingRejected_isThatOfOneRejected() {
    double[] p = {0.2, 0.9, 0.5, 0.7};
    assertThat(SimultaneousIntervals.alphaOfEach(Correction.BENJAMINI_HOCHBERG, 0.1, p))
        .isEqualTo(0.025);
    assertThat(SimultaneousIntervals.alphaOfEach(Correction.HOLM, 0.1, new double[0]))
        .isEqualTo(0.1);
  }

  /** An interval of level 1 - a leaves out the null value exactly where p is at most a. */
  @Test
  void alphaOfEach_agreesWithTheAdjustedPValues() {
    Set<Correction> reverse =
        EnumSet.of(
            Correction.NONE,
            Correction.BONFERRONI,
            Correction.SIDAK,
            Correction.BENJAMINI_HOCHBERG,
            Correction.BENJAMINI_YEKUTIELI);
    SplittableRandom random = new SplittableRandom(47);
    Map<Correction, Integer> beyond = new EnumMap<>(Correction.class);
    for (int round = 0; round < 20_000; round++) {
      double[] p = new double[1 + random.nextInt(12)];
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.pow(random.nextDouble(), 1 + random.nextInt(6));
      }
      double alpha = 0.01 + 0.2 * random.nextDouble();
      for (Correction correction : Correction.values()) {
        double[] adjusted = correction.adjust(alpha, p);
        double each = SimultaneousIntervals.alphaOfEach(correction, alpha, p);
        for (int i = 0; i < p.length; i++) {
          boolean rejected = Math.max(p[i], adjusted[i]) <= alpha;
          boolean leftOut = p[i] <= each;
          assertThat(leftOut && !rejected).as("%s of %s", correction, p[i]).isFalse();
          if (rejected && !leftOut) {
            beyond.merge(correction, 1, Integer::sum);
          }
        }
      }
    }
    assertThat(beyond.keySet())
        .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.copyOf(reverse)));
  }

  /**
   * Ten normal estimates that share a part of their errors: all intervals hold together, and those
   * of the selected miss no more than they promise, where intervals by themselves do.
   */
  @Test
  void intervals_ofDependentEstimates_keepTheirPromise() {
    SplittableRandom random = new SplittableRandom(53);
    double[] truth = {0, 0, 0, 0, 0, 0, 1, 1.5, 2, 2};
    int runs = 4_000;
    double limit = 0.1 + 4 * Math.sqrt(0.1 * 0.9 / runs);
    for (double correlation : new double[] {0, 0.3, 0.8}) {
      Map<Correction, Double> missed = new EnumMap<>(Correction.class);
      Map<Correction, Double> byThemselves = new EnumMap<>(Correction.class);
      for (int run = 0; run < runs; run++) {
        double shared = random.nextGaussian() * Math.sqrt(correlation);
        double[] errors = new double[truth.length];
        double[] p = new double[truth.length];
        for (int i = 0; i < p.length; i++) {
          errors[i] = shared + random.nextGaussian() * Math.sqrt(1 - correlation);
          p[i] = Normal.twoSided(truth[i] + errors[i]);
        }
        for (Correction correction : Correction.values()) {
          double z =
              Normal.upperQuantile(SimultaneousIntervals.alphaOfEach(correction, 0.1, p) / 2);
          boolean ofSelected =
              SimultaneousIntervals.promise(correction) == SimultaneousIntervals.Promise.SELECTED;
          double[] adjusted = ofSelected ? correction.adjust(0.1, p) : new double[p.length];
          missed.merge(correction, share(adjusted, errors, z, ofSelected), Double::sum);
          byThemselves.merge(
              correction,
              share(adjusted, errors, Normal.upperQuantile(0.05), ofSelected),
              Double::sum);
        }
      }
      for (Correction correction : Correction.values()) {
        double rate = missed.getOrDefault(correction, 0.0) / runs;
        if (correction != Correction.NONE) {
          assertThat(rate).as("%s at %s", correction, correlation).isLessThan(limit);
        }
      }
      assertThat(byThemselves.getOrDefault(Correction.HOLM, 0.0) / runs).isGreaterThan(limit);
      if (correlation < 0.5) {
        assertThat(byThemselves.getOrDefault(Correction.BENJAMINI_HOCHBERG, 0.0) / runs)
            .isGreaterThan(limit);
      }
    }
  }

  /** Of those selected, the share that misses; of all, whether any does. */
  private static double share(double[] adjusted, double[] errors, double z, boolean ofSelected) {
    int selected = 0;
    int missed = 0;
    for (int i = 0; i < errors.length; i++) {
      if (adjusted[i] <= 0.1) {
        selected++;
        missed += Math.abs(errors[i]) > z ? 1 : 0;
      }
    }
    return !ofSelected ? Math.min(1, missed) : selected == 0 ? 0 : (double) missed / selected;
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
