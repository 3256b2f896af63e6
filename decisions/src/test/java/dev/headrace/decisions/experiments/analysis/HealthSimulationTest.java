package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.multiple.Correction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks of health raise false alarms no more often than they say, on values of every shape. */
class HealthSimulationTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 2_000;

  /** Parts of unlike size: one is a fifth of the others. */
  @ParameterizedTest
  @MethodSource("shapesAndScales")
  void checks_errAtAlphaWhereNothingIsWrong(Shape shape, Scale scale) {
    SplittableRandom random = new SplittableRandom(103 + 7 * shape.ordinal() + scale.ordinal());
    int units = shape == Shape.RARE_BINARY ? 4_000 : 800;
    Analysis analysis =
        Analysis.of(AnalysisSpec.of(new Method.NormalZ()).withScale(scale), MetricShape.mean());
    Map<String, int[]> alarms = new TreeMap<>();
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Part> arms = new ArrayList<>();
      for (int part = 0; part < 7; part++) {
        int size = part == 3 ? units / 5 : units;
        arms.add(new Analysis.Part(shape.moments(random, size), shape.moments(random, size)));
      }
      List<PartEffect> parts = known(analysis.parts(arms));
      Map<String, Answer<PartEffect>> levels = levels(parts);
      count(alarms, "trend", Health.trend(parts));
      count(alarms, "weekday cycle", Health.weekdayCycle(parts));
      Heterogeneity.Report report = Heterogeneity.of(levels, Correction.HOLM);
      count(alarms, "levels", report.equality());
      boolean outstanding =
          report.adjustedP().values().stream()
              .anyMatch(p -> p.known().filter(known -> known <= ALPHA).isPresent());
      alarms.computeIfAbsent("one level, by Holm", _ -> new int[1])[0] += outstanding ? 1 : 0;
      Map<String, Moments> three = new LinkedHashMap<>();
      for (int arm = 0; arm < 3; arm++) {
        three.put("arm " + arm, shape.moments(random, units * (arm + 1)));
      }
      count(alarms, "covariates", Health.covariateBalance(three, 0));
    }
    assertThat(alarms).hasSize(5);
    alarms.forEach(
        (check, count) -> {
          String told = "%s on %s: %d of %d".formatted(check, shape, count[0], RUNS);
          // Skewed means of a few hundred units have tails a little heavier than normal ones.
          assertThat(Binomial.upper(count[0] - 1L, RUNS, 1.1 * ALPHA)).as(told).isGreaterThan(5e-5);
          assertThat(Binomial.lower(count[0], RUNS, 0.75 * ALPHA)).as(told).isGreaterThan(5e-5);
        });
  }

  static Stream<Arguments> shapesAndScales() {
    return Arrays.stream(Shape.values())
        .flatMap(shape -> Arrays.stream(Scale.values()).map(scale -> arguments(shape, scale)));
  }

  private static Map<String, Answer<PartEffect>> levels(List<PartEffect> parts) {
    Map<String, Answer<PartEffect>> levels = new LinkedHashMap<>();
    for (PartEffect part : parts) {
      levels.put("level " + levels.size(), Answer.of(part));
    }
    return levels;
  }

  /** Small levels have another baseline, but the same relative effect as the large one. */
  @Test
  void equality_ofRelativeEffectsWithSmallLevels_errsAtAlpha() {
    double effect = 0.4;
    SplittableRandom random = new SplittableRandom(59);
    Analysis analysis =
        Analysis.of(
            AnalysisSpec.of(new Method.NormalZ()).withRelative(RelativeInterval.DELTA),
            MetricShape.mean());
    int refused = 0;
    int refusedByOwnErrors = 0;
    for (int run = 0; run < RUNS; run++) {
      List<Analysis.Part> arms = new ArrayList<>();
      List<PartEffect> own = new ArrayList<>();
      for (int units : new int[] {4_000, 100, 100, 100, 100}) {
        double size = units == 100 ? 3 : 1;
        Moments baseline = times(size, Shape.ZERO_INFLATED.moments(random, units));
        Moments treatment = times(size * (1 + effect), Shape.ZERO_INFLATED.moments(random, units));
        arms.add(new Analysis.Part(baseline, treatment));
        Inference inference = analysis.compare(baseline, treatment).orThrow();
        own.add(new PartEffect(inference.estimate(), inference.standardError()));
      }
      List<PartEffect> parts = known(analysis.parts(arms));
      refused += refuses(parts);
      refusedByOwnErrors += refuses(own);
    }
    assertThat(Binomial.upper(refused - 1L, RUNS, 1.1 * ALPHA)).isGreaterThan(1e-3);
    assertThat(Binomial.lower(refused, RUNS, 0.75 * ALPHA)).isGreaterThan(1e-3);
    assertThat(refusedByOwnErrors).isGreaterThan(refused + 60);
  }

  private static int refuses(List<PartEffect> parts) {
    return Heterogeneity.of(levels(parts), Correction.HOLM)
            .equality()
            .known()
            .filter(test -> test.pValue() <= ALPHA)
            .isPresent()
        ? 1
        : 0;
  }

  /** Small parts are left out now and then, when their baseline comes near zero. */
  private static List<PartEffect> known(List<Answer<PartEffect>> parts) {
    return parts.stream().flatMap(part -> part.known().stream()).toList();
  }

  private static Moments times(double factor, Moments moments) {
    double n = moments.count();
    double mean = moments.mean(0);
    double squares = moments.variance(0) * (n - 1) + n * mean * mean;
    return Moments.ofSums(moments.count(), factor * moments.sum(0), factor * factor * squares);
  }

  private static void count(Map<String, int[]> alarms, String check, Answer<TestResult> test) {
    alarms.computeIfAbsent(check, _ -> new int[1])[0] += test.orThrow().pValue() <= ALPHA ? 1 : 0;
  }
}
