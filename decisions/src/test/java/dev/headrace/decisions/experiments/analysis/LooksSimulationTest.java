package dev.headrace.decisions.experiments.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.core.stats.sequential.GroupSequential;
import dev.headrace.core.stats.sequential.Spending;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Looks at experiments on values of every shape: designs of a few looks err at their level over all
 * of them, and no look's interval loses the effect that there is more often than they may together.
 */
class LooksSimulationTest {
  private static final double ALPHA = 0.05;
  private static final double LIFT = 0.2;
  private static final double[] INFORMATION = {0.2, 0.4, 0.5, 0.8, 1};
  private static final List<Spending> SPENDINGS =
      List.of(
          new Spending.OBrienFleming(),
          new Spending.Pocock(),
          new Spending.Power(1),
          new Spending.Power(3));

  @ParameterizedTest
  @EnumSource(Shape.class)
  void everyLookTogether_errsAndMissesAtMostAtAlpha(Shape shape) {
    look(shape, 2_000, shape == Shape.RARE_BINARY ? 10_000 : 1_500, 83);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Shape.class)
  void everyLookTogether_inTwentyThousandRuns(Shape shape) {
    look(shape, 20_000, shape == Shape.RARE_BINARY ? 20_000 : 3_000, 84);
  }

  private static void look(Shape shape, int runs, int units, long seed) {
    SplittableRandom random = new SplittableRandom(seed + shape.ordinal());
    List<List<GroupSequential.Look>> plans =
        SPENDINGS.stream()
            .map(s -> GroupSequential.bounds(s, ALPHA, Alternative.TWO_SIDED, INFORMATION))
            .toList();
    List<Method> anyTime =
        List.of(new Method.AnyTime(units), new Method.MixtureSprt(LIFT, Scale.RELATIVE));
    int methods = SPENDINGS.size() + anyTime.size();
    int[] errors = new int[methods];
    int[] misses = new int[methods];
    for (int run = 0; run < runs; run++) {
      boolean[] erred = new boolean[methods];
      boolean[] missed = new boolean[methods];
      Moments a = Moments.empty(1);
      Moments b = Moments.empty(1);
      double before = 0;
      for (int look = 0; look < INFORMATION.length; look++) {
        int more = (int) Math.round((INFORMATION[look] - before) * units);
        before = INFORMATION[look];
        a = a.merge(shape.moments(random, more));
        b = b.merge(shape.moments(random, more));
        Moments treated = Moments.ofMeans(b.count(), times(b), centred(b));
        for (int i = 0; i < methods; i++) {
          Method method =
              i < SPENDINGS.size()
                  ? new Method.GroupSequentialLook(plans.get(i).get(look).criticalZ())
                  : anyTime.get(i - SPENDINGS.size());
          Analysis analysis = Analysis.of(AnalysisSpec.of(method), MetricShape.mean());
          erred[i] |= !analysis.compare(a, b).orThrow().interval().contains(0);
          missed[i] |= !analysis.compare(a, treated).orThrow().interval().contains(LIFT);
        }
      }
      for (int i = 0; i < methods; i++) {
        errors[i] += erred[i] ? 1 : 0;
        misses[i] += missed[i] ? 1 : 0;
      }
    }
    List<String> names = new ArrayList<>();
    SPENDINGS.forEach(spending -> names.add(spending.toString()));
    anyTime.forEach(method -> names.add(method.toString()));
    for (int i = 0; i < methods; i++) {
      for (int count : new int[] {errors[i], misses[i]}) {
        String told = "%s on %s: %d of %d".formatted(names.get(i), shape, count, runs);
        assertThat(Binomial.upper(count - 1L, runs, ALPHA)).as(told).isGreaterThan(5e-5);
        if (i < SPENDINGS.size()) {
          // They spend all of alpha, so that they err no less often either.
          assertThat(Binomial.lower(count, runs, ALPHA)).as(told).isGreaterThan(5e-5);
        }
      }
    }
  }

  /**
   * Units come at an even pace and go on buying: their sum until t is a random walk that has gone
   * as far as t squared, where bounds take it to have gone as far as t. The figures of
   * docs/experiments.md, which says to declare a window.
   */
  @ParameterizedTest
  @CsvSource({
    "POCOCK, 4, 0.059",
    "POCOCK, 8, 0.064",
    "POCOCK, 14, 0.068",
    "POCOCK, 28, 0.072",
    "OBRIEN_FLEMING, 4, 0.055",
    "OBRIEN_FLEMING, 14, 0.062",
    "OBRIEN_FLEMING, 28, 0.065"
  })
  void totalsThatGoOnGrowing_errInMore(String spending, int looks, double share) {
    double[] at = IntStream.rangeClosed(1, looks).mapToDouble(k -> (double) k / looks).toArray();
    double growing = crossed(spending, at, t -> t * t);
    double even = crossed(spending, at, t -> t);
    // Four standard errors of 40,000 runs.
    assertThat(growing).isCloseTo(share, within(0.005));
    assertThat(even).isCloseTo(ALPHA, within(0.0045));
  }

  /** The share of walks that cross a bound at any look. */
  private static double crossed(String name, double[] at, DoubleUnaryOperator clock) {
    Spending spending =
        name.equals("POCOCK") ? new Spending.Pocock() : new Spending.OBrienFleming();
    List<GroupSequential.Look> looks =
        GroupSequential.bounds(spending, ALPHA, Alternative.TWO_SIDED, at);
    SplittableRandom random = new SplittableRandom(at.length);
    int runs = 40_000;
    int crossed = 0;
    for (int run = 0; run < runs; run++) {
      double walk = 0;
      double before = 0;
      for (int look = 0; look < at.length; look++) {
        double now = clock.applyAsDouble(at[look]);
        walk += Math.sqrt(now - before) * random.nextGaussian();
        before = now;
        if (Math.abs(walk) / Math.sqrt(now) > looks.get(look).criticalZ()) {
          crossed++;
          break;
        }
      }
    }
    return (double) crossed / runs;
  }

  private static double[] times(Moments arm) {
    return new double[] {arm.mean(0) * (1 + LIFT)};
  }

  private static double[][] centred(Moments arm) {
    return new double[][] {{arm.centredProduct(0, 0) * (1 + LIFT) * (1 + LIFT)}};
  }
}
