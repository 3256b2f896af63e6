package dev.headrace.decisions.experiments.judging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Health;
import dev.headrace.decisions.experiments.analysis.Heterogeneity;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.Moments;
import dev.headrace.decisions.experiments.analysis.PartEffect;
import dev.headrace.decisions.experiments.analysis.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From how many units on a part may have a say in whether all parts have the same effect. */
class SameEffectTest {
  private static final int RUNS = 2_000;

  /** One large part and nineteen small ones, normal values, no effect anywhere, tested at 5 %. */
  private static double refused(int units) {
    SplittableRandom random = new SplittableRandom(units);
    Analysis analysis = Analysis.of(AnalysisSpec.of(new Method.NormalZ()), MetricShape.mean());
    int refused = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Part> parts = new ArrayList<>();
      for (int part = 0; part < 20; part++) {
        int size = part == 0 ? 4_000 : units;
        parts.add(new Analysis.Part(values(random, size), values(random, size)));
      }
      Map<String, Answer<PartEffect>> levels = new LinkedHashMap<>();
      analysis.parts(parts).forEach(effect -> levels.put("level " + levels.size(), effect));
      refused +=
          Heterogeneity.of(levels, Correction.HOLM).equality().orThrow().pValue() <= 0.05 ? 1 : 0;
    }
    return (double) refused / RUNS;
  }

  private static Moments values(SplittableRandom random, int units) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < units; i++) {
      double value = 10 + 3 * random.nextGaussian();
      sum += value;
      squares += value * value;
    }
    return Moments.ofSums(units, sum, squares);
  }

  @Test
  void fewestUnits_errAsTheTestSays_andTwoUnitsDoNot() {
    assertThat(refused((int) SameEffect.FEWEST_UNITS)).isBetween(0.03, 0.065);
    assertThat(refused(2)).isGreaterThan(0.2);
  }

  /**
   * A level forty times as large as nineteen small ones, some of whose baselines lie within their
   * noise of zero; no effect anywhere, or the same.
   */
  @ParameterizedTest
  @CsvSource({
    "100, 400, 0",
    "200, 200, 0",
    "100, 100, 0",
    "50, 50, 0",
    "200, 200, 1",
    "100, 400, -0.5"
  })
  void smallBaselines_doNotDiffer(int untreated, int treated, double lift) {
    SplittableRandom random = new SplittableRandom(untreated);
    AnalysisSpec spec = AnalysisSpec.of(new Method.NormalZ()).withScale(Scale.RELATIVE);
    int[] found = new int[3];
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Part> parts = new ArrayList<>();
      for (int part = 0; part < 20; part++) {
        int times = part == 0 ? 40 : 1;
        parts.add(
            new Analysis.Part(
                mean(random, untreated * times, 20),
                mean(random, treated * times, 20 * (1 + lift))));
      }
      Map<String, Answer<PartEffect>> levels = new LinkedHashMap<>();
      Analysis.of(spec, MetricShape.mean())
          .parts(parts)
          .forEach(effect -> levels.put("level " + levels.size(), effect));
      assertThat(levels.values()).allMatch(effect -> effect instanceof Answer.Known);
      List<PartEffect> effects = levels.values().stream().map(Answer::orThrow).toList();
      Heterogeneity.Report report = Heterogeneity.of(levels, Correction.HOLM);
      found[0] += report.equality().orThrow().pValue() <= 0.05 ? 1 : 0;
      found[1] += Heterogeneity.outstanding(report, 0.05).isPresent() ? 1 : 0;
      found[2] += Health.trend(effects).orThrow().pValue() <= 0.05 ? 1 : 0;
    }
    for (int refused : found) {
      assertThat(Binomial.upper(refused - 1, RUNS, 0.05))
          .as("%s of %s", Arrays.toString(found), RUNS)
          .isGreaterThan(1e-4);
    }
    // Weekdays and the like would be found: see HealthSimulationTest.
    assertThat(Binomial.lower(found[0], RUNS, 0.03)).isGreaterThan(1e-4);
  }

  /** Of values with a standard deviation of 200. */
  private static Moments mean(SplittableRandom random, int units, double mean) {
    double square = 200.0 * 200 * (units - 1);
    return Moments.ofMeans(
        units,
        new double[] {mean + 200 / Math.sqrt(units) * random.nextGaussian()},
        new double[][] {{square}});
  }

  /** A level of one price has next to no variance beside one that varies. */
  @Test
  void partThatOutweighsAllOthers_leavesEveryPValueANumber() {
    Map<String, Answer<PartEffect>> levels = new LinkedHashMap<>();
    levels.put("flat", Answer.of(new PartEffect(0.1, 1e-17)));
    levels.put("varied", Answer.of(new PartEffect(0.3, 0.2)));
    levels.put("other", Answer.of(new PartEffect(-0.3, 0.2)));

    Heterogeneity.Report report = Heterogeneity.of(levels, Correction.HOLM);

    assertThat(report.adjustedP().values())
        .allMatch(p -> p.known().orElseThrow() >= 0 && p.known().orElseThrow() <= 1);
    assertThat(report.equality().orThrow().pValue()).isBetween(0.05, 0.9);
  }
}
