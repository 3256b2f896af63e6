package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.hypothesis.TestResult;
import dev.headrace.core.stats.multiple.Correction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks of health raise false alarms no more often than they say, on values of every shape. */
class HealthSimulationTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 2_000;

  @ParameterizedTest
  @EnumSource(Shape.class)
  void checks_errAtAlphaWhereNothingIsWrong(Shape shape) {
    SplittableRandom random = new SplittableRandom(103 + shape.ordinal());
    int units = shape == Shape.RARE_BINARY ? 4_000 : 400;
    Map<String, int[]> alarms = new TreeMap<>();
    for (int run = 0; run < RUNS; run++) {
      List<Inference> parts = new ArrayList<>();
      Map<String, Answer<Inference>> levels = new LinkedHashMap<>();
      for (int part = 0; part < 7; part++) {
        Answer<Inference> effect =
            Analysis.of(
                    AnalysisSpec.of(new Method.NormalZ()).withScale(Scale.ABSOLUTE),
                    MetricShape.mean())
                .compare(shape.moments(random, units), shape.moments(random, units));
        parts.add(effect.orThrow());
        levels.put("level " + part, effect);
      }
      count(alarms, "trend", Health.trend(parts));
      count(alarms, "weekday cycle", Health.weekdayCycle(parts));
      Heterogeneity.Report report = Heterogeneity.of(levels, Correction.HOLM);
      count(alarms, "levels", report.equality());
      boolean outstanding =
          report.slices().values().stream()
              .anyMatch(slice -> slice.adjustedP().known().filter(p -> p <= ALPHA).isPresent());
      alarms.computeIfAbsent("one level, by Holm", _ -> new int[1])[0] += outstanding ? 1 : 0;
      Map<String, Moments> arms = new LinkedHashMap<>();
      for (int arm = 0; arm < 3; arm++) {
        arms.put("arm " + arm, shape.moments(random, units * (arm + 1)));
      }
      count(alarms, "covariates", Health.covariateBalance(arms, 0));
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

  private static void count(Map<String, int[]> alarms, String check, Answer<TestResult> test) {
    alarms.computeIfAbsent(check, _ -> new int[1])[0] += test.orThrow().pValue() <= ALPHA ? 1 : 0;
  }
}
