package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.multiple.SimultaneousIntervals;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Families of metrics of which it is known what happened: intervals that are told with corrected
 * p-values keep their promise, all of them together or those of what was selected.
 */
class FamilyIntervalsSimulationTest {
  private static final double ALPHA = 0.1;
  private static final int RUNS = 2_000;

  /** Per metric, by how many of its standard errors it is moved: nothing, something, much. */
  private static final double[] MOVED = {0, 0, 0, 0, 2, 2.5, 3, 4};

  /** Two arms of a metric, of which the second is moved by {@code truth}. */
  private record Pair(Moments baseline, Moments treatment, double truth) {
    static Pair of(SplittableRandom random, int metric) {
      Shape shape = Shape.values()[metric % Shape.values().length];
      int units = shape == Shape.RARE_BINARY ? 4_000 : 500;
      double truth = MOVED[metric] * Math.sqrt(2.0 / units) * sd(shape);
      return new Pair(
          shape.moments(random, units), moved(shape.moments(random, units), truth), truth);
    }

    private static double sd(Shape shape) {
      return switch (shape) {
        case NORMAL -> 3;
        case LOG_NORMAL -> Math.sqrt((Math.E - 1) * Math.E);
        // E x² - (E x)², with E exp(k s z) = exp(k² s² / 2).
        case ZERO_INFLATED -> Math.sqrt(0.3 * Math.exp(1.28) - Math.pow(0.3 * Math.exp(0.32), 2));
        case RARE_BINARY -> Math.sqrt(0.03 * 0.97);
      };
    }

    private static Moments moved(Moments arm, double by) {
      return Moments.ofMeans(
          arm.count(),
          new double[] {arm.mean(0) + by},
          new double[][] {{arm.centredProduct(0, 0)}});
    }

    Pair merge(Pair later) {
      return new Pair(baseline.merge(later.baseline), treatment.merge(later.treatment), truth);
    }

    Inference.Effect told(AnalysisSpec spec) {
      return (Inference.Effect)
          Analysis.of(spec.withScale(Scale.ABSOLUTE), MetricShape.mean())
              .compare(baseline, treatment)
              .orThrow();
    }
  }

  private static List<Pair> family(SplittableRandom random) {
    List<Pair> family = new ArrayList<>();
    for (int metric = 0; metric < MOVED.length; metric++) {
      family.add(Pair.of(random, metric));
    }
    return family;
  }

  private static double[] p(List<Pair> family, AnalysisSpec spec) {
    return family.stream().mapToDouble(pair -> pair.told(spec).pValue()).toArray();
  }

  private static boolean covers(Pair pair, AnalysisSpec spec) {
    return pair.told(spec).interval().contains(pair.truth());
  }

  @Test
  void intervals_keepTheirPromise() {
    SplittableRandom random = new SplittableRandom(97);
    AnalysisSpec spec = AnalysisSpec.of(new Method.WelchT()).withAlpha(ALPHA);
    Map<Correction, Integer> anyMissed = new EnumMap<>(Correction.class);
    Map<Correction, double[]> shares = new EnumMap<>(Correction.class);
    double[] uncorrected = new double[2];
    for (int run = 0; run < RUNS; run++) {
      List<Pair> family = family(random);
      double[] p = p(family, spec);
      for (Correction correction : Correction.values()) {
        AnalysisSpec each =
            spec.withIntervalAlpha(SimultaneousIntervals.alphaOfEach(correction, ALPHA, p));
        double[] adjusted = correction.adjust(ALPHA, p);
        int selected = 0;
        int missed = 0;
        boolean any = false;
        int missedByItself = 0;
        for (int i = 0; i < p.length; i++) {
          boolean covered = covers(family.get(i), each);
          any |= !covered;
          if (adjusted[i] <= ALPHA) {
            selected++;
            missed += covered ? 0 : 1;
            missedByItself += covers(family.get(i), spec) ? 0 : 1;
          }
        }
        anyMissed.merge(correction, any ? 1 : 0, Integer::sum);
        add(shares.computeIfAbsent(correction, _ -> new double[2]), missed, selected);
        if (correction == Correction.BENJAMINI_HOCHBERG) {
          add(uncorrected, missedByItself, selected);
        }
      }
    }
    for (Correction correction : Correction.values()) {
      int missed = anyMissed.getOrDefault(correction, RUNS);
      switch (SimultaneousIntervals.promise(correction)) {
        case EACH ->
            assertThat(missed).as("by themselves, one of eight misses often").isGreaterThan(900);
        case ALL ->
            assertThat(Binomial.upper(missed - 1L, RUNS, ALPHA))
                .as(correction + " missed one in " + missed)
                .isGreaterThan(5e-5);
        case SELECTED ->
            assertThat(atLeast(shares.getOrDefault(correction, new double[2])))
                .as("%s: %s of the selected", correction, shares.get(correction)[0] / RUNS)
                .isLessThan(ALPHA);
      }
    }
    assertThat(Binomial.lower(anyMissed.getOrDefault(Correction.SIDAK, 0), RUNS, ALPHA))
        .as("of independent metrics, Sidak's level is exact: %s", anyMissed)
        .isGreaterThan(5e-5);
    assertThat(atLeast(uncorrected))
        .as(
            "intervals of level 1 - alpha miss more of what was selected: %s",
            uncorrected[0] / RUNS)
        .isGreaterThan(ALPHA);
  }

  /** All metrics, at all of five looks: a sequence's intervals are corrected like any other. */
  @Test
  void sequences_holdTogether_atAllLooks() {
    SplittableRandom random = new SplittableRandom(101);
    AnalysisSpec spec = AnalysisSpec.of(new Method.AnyTime(2_000)).withAlpha(ALPHA);
    AnalysisSpec each =
        spec.withIntervalAlpha(
            SimultaneousIntervals.alphaOfEach(Correction.HOLM, ALPHA, new double[MOVED.length]));
    int anyMissed = 0;
    int byItself = 0;
    for (int run = 0; run < RUNS / 2; run++) {
      List<Pair> family = family(random);
      boolean any = false;
      boolean one = false;
      for (int look = 0; look < 5; look++) {
        for (Pair pair : family) {
          any |= !covers(pair, each);
          one |= !covers(pair, spec);
        }
        List<Pair> later = new ArrayList<>();
        for (int metric = 0; metric < family.size(); metric++) {
          later.add(family.get(metric).merge(Pair.of(random, metric)));
        }
        family = later;
      }
      anyMissed += any ? 1 : 0;
      byItself += one ? 1 : 0;
    }
    assertThat(Binomial.upper(anyMissed - 1L, RUNS / 2, ALPHA))
        .as("missed one in " + anyMissed)
        .isGreaterThan(5e-5);
    assertThat(byItself).as("uncorrected").isGreaterThan(2 * anyMissed);
  }

  /** The p-value of a sequence does not depend on the level that its interval is told at. */
  @Test
  void sequences_keepWhatTheyAreTunedFor() {
    SplittableRandom random = new SplittableRandom(103);
    AnalysisSpec spec = AnalysisSpec.of(new Method.AnyTime(5_000));
    for (int run = 0; run < 400; run++) {
      Pair pair = Pair.of(random, run % MOVED.length);
      Inference.Effect effect = pair.told(spec);
      AnalysisSpec atP = spec.withIntervalAlpha(Math.min(0.999, effect.pValue()));
      assertThat(pair.told(atP).pValue()).isEqualTo(effect.pValue());
      if (effect.pValue() < 0.999) {
        double end =
            effect.estimate() > 0
                ? pair.told(atP).interval().lower()
                : pair.told(atP).interval().upper();
        assertThat(Math.abs(end)).isLessThan(1e-9 * effect.standardError());
      }
    }
  }

  private static void add(double[] sums, int missed, int selected) {
    double share = selected == 0 ? 0 : (double) missed / selected;
    sums[0] += share;
    sums[1] += share * share;
  }

  /** The mean share, less four of its standard errors. */
  private static double atLeast(double[] sums) {
    double mean = sums[0] / RUNS;
    return mean - 4 * Math.sqrt((sums[1] / RUNS - mean * mean) / RUNS);
  }
}
