package dev.headrace.decisions.experiments.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headrace.core.stats.distribution.Normal;
import dev.headrace.core.stats.multiple.Correction;
import dev.headrace.core.stats.multiple.SimultaneousIntervals.Promise;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.RelativeInterval;
import dev.headrace.decisions.experiments.analysis.Scale;
import dev.headrace.decisions.experiments.planning.PastUnits;
import dev.headrace.decisions.experiments.report.ExperimentReport.AdjustedInterval;
import dev.headrace.decisions.experiments.report.ExperimentReport.Effect;
import dev.headrace.decisions.experiments.report.ExperimentReport.Family;
import dev.headrace.decisions.experiments.report.ExperimentReport.Metric;
import dev.headrace.decisions.experiments.report.ExperimentReport.Outcome;
import dev.headrace.decisions.experiments.report.ExperimentReport.Role;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import dev.headrace.decisions.experiments.spec.ExperimentSpec;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Engine;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Group;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Judging;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Period;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Sequential;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Spender;
import dev.headrace.decisions.experiments.spec.ExperimentSpec.Tails;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is shown of goals beside their corrected p-values. */
class GoalFamilyTest {
  private static final LocalDate START = LocalDate.parse("2026-03-01");
  private static final Period PERIOD = new Period(START, START.plusDays(27));
  private static final Group LOOKS =
      new Group(List.of(START.plusDays(13)), new Spender.Pocock(), null);

  /** Corrections whose intervals leave out zero exactly where they reject. */
  private static final Set<Correction> EXACT =
      EnumSet.of(
          Correction.NONE,
          Correction.BONFERRONI,
          Correction.SIDAK,
          Correction.BENJAMINI_HOCHBERG,
          Correction.BENJAMINI_YEKUTIELI);

  private static Judging judging(
      double alpha,
      Correction correction,
      Sequential sequential,
      Tails test,
      RelativeInterval interval,
      Scale scale) {
    return new Judging(
        Engine.FREQUENTIST,
        alpha,
        sequential,
        sequential == Sequential.GROUP ? LOOKS : null,
        null,
        scale,
        correction,
        test,
        interval,
        List.of(),
        null,
        List.of(),
        null,
        Map.of());
  }

  private static Measured measured(String name, MetricShape shape, int column) {
    List<Integer> columns =
        shape instanceof MetricShape.Ratio ? List.of(column, column + 1) : List.of(column);
    return new Measured(name, shape, columns, false, 0);
  }

  /** Sums of so many units; means of one arm are a little larger than those of the other. */
  private static Sums.Arm arm(SplittableRandom random, List<Measured> metrics, double[] lifts) {
    int units = 400 + random.nextInt(400);
    Map<String, BigDecimal> values = new TreeMap<>();
    for (int metric = 0; metric < metrics.size(); metric++) {
      Measured measured = metrics.get(metric);
      int first = measured.columns().getFirst();
      double sum = 0;
      double squares = 0;
      double others = 0;
      double otherSquares = 0;
      double products = 0;
      for (int unit = 0; unit < units; unit++) {
        double base = 1 + lifts[metric];
        double value =
            measured.shape() instanceof MetricShape.Proportion
                ? random.nextDouble() < 0.3 * base ? 1 : 0
                : 10 * base + 4 * random.nextGaussian();
        double rows = 1 + random.nextInt(4);
        value *= measured.shape() instanceof MetricShape.Ratio ? rows : 1;
        sum += value;
        squares += value * value;
        others += rows;
        otherSquares += rows * rows;
        products += rows * value;
      }
      values.put("s" + first, new BigDecimal(sum));
      values.put("p" + first + "_" + first, new BigDecimal(squares));
      if (measured.shape() instanceof MetricShape.Ratio) {
        int second = first + 1;
        values.put("s" + second, new BigDecimal(others));
        values.put("p" + second + "_" + second, new BigDecimal(otherSquares));
        values.put("p" + second + "_" + first, new BigDecimal(products));
      }
    }
    return new Sums.Arm(units, values, Set.of(), Map.of(), Map.of());
  }

  private record World(ExperimentSpec spec, List<Measured> metrics, Judgement judgement) {
    Judgement.Corrected judged() {
      List<Metric> judged =
          metrics.stream()
              .map(metric -> judgement.of(metric, Role.GOAL, Optional.empty(), true))
              .toList();
      return judgement.corrected(judged, metrics);
    }
  }

  private static World world(SplittableRandom random, Judging judging) {
    List<Measured> metrics = new ArrayList<>();
    MetricShape[] shapes = {MetricShape.mean(), MetricShape.proportion(), MetricShape.ratio()};
    int goals = 1 + random.nextInt(4);
    for (int goal = 0; goal < goals; goal++) {
      metrics.add(measured("goal" + goal, shapes[random.nextInt(3)], 2 * goal));
    }
    ExperimentSpec spec =
        PastUnits.design(
                "user_id", metrics.stream().map(Measured::metric).toList(), 2 + random.nextInt(3))
            .withAnalysis(judging)
            .withPeriod(PERIOD);
    Map<String, Sums.Arm> arms = new TreeMap<>();
    for (String variant : spec.variants().keySet()) {
      double[] lifts = new double[goals];
      for (int goal = 0; goal < goals; goal++) {
        double wide = metrics.get(goal).shape() instanceof MetricShape.Proportion ? 0.3 : 0.08;
        lifts[goal] =
            variant.equals(spec.base()) || random.nextInt(3) == 0
                ? 0
                : wide * (2 * random.nextDouble() - 1);
      }
      arms.put(variant, arm(random, metrics, lifts));
    }
    Optional<DueLook> look =
        judging.group() == null
            ? Optional.empty()
            : Optional.of(DueLook.of(LOOKS, PERIOD, 1 + random.nextInt(2), _ -> 0));
    Judgement judgement =
        new Judgement(spec, new Sums(arms, 0, Optional.of(PERIOD.start()), Map.of()), look);
    return new World(spec, metrics, judgement);
  }

  private static Judging anyJudging(SplittableRandom random, Correction correction) {
    double alpha = 0.01 + 0.19 * random.nextDouble();
    Scale scale = random.nextBoolean() ? Scale.RELATIVE : Scale.ABSOLUTE;
    return switch (random.nextInt(6)) {
      case 0 -> judging(alpha, correction, Sequential.NONE, Tails.T, RelativeInterval.DELTA, scale);
      case 1 -> judging(alpha, correction, Sequential.NONE, Tails.Z, RelativeInterval.DELTA, scale);
      case 2 ->
          judging(
              alpha,
              correction,
              Sequential.NONE,
              Tails.T,
              RelativeInterval.FIELLER,
              Scale.RELATIVE);
      case 3 ->
          judging(alpha, correction, Sequential.ANYTIME, Tails.T, RelativeInterval.DELTA, scale);
      case 4 ->
          judging(alpha, correction, Sequential.MSPRT, Tails.T, RelativeInterval.DELTA, scale);
      default ->
          judging(alpha, correction, Sequential.GROUP, Tails.T, RelativeInterval.DELTA, scale);
    };
  }

  /**
   * By every method, scale and shape of metric: what is not rejected has an interval with zero;
   * what is has one without, on the side that the outcome tells, or the report says that it has
   * not.
   */
  @Test
  void outcomes_neverContradictTheIntervalsBesideThem() {
    SplittableRandom random = new SplittableRandom(71);
    Map<Correction, int[]> seen = new EnumMap<>(Correction.class);
    for (int round = 0; round < 1_100; round++) {
      Correction correction = Correction.values()[round % Correction.values().length];
      int[] counts = seen.computeIfAbsent(correction, _ -> new int[3]);
      World world = world(random, anyJudging(random, correction));
      double alpha = world.spec().analysis().alpha();
      Judgement.Corrected judged = world.judged();
      List<String> beyond = judged.family().map(Family::beyond).orElse(List.of());
      for (Metric metric : judged.metrics()) {
        for (Effect effect : metric.effects()) {
          String what = "%s, %s: %s".formatted(correction, world.judgement().words(), effect);
          AdjustedInterval interval = effect.adjustedInterval().orElseThrow();
          boolean rejected = effect.adjustedP().orElseThrow() <= alpha;
          boolean holdsZero = interval.contains(0);
          boolean told = beyond.contains(metric.metric() + " in " + effect.variant());
          assertThat(!rejected && !holdsZero).as(what).isFalse();
          assertThat(told)
              .as(what)
              .isEqualTo(rejected && holdsZero && correction != Correction.NONE);
          if (EXACT.contains(correction)) {
            assertThat(rejected).as(what).isEqualTo(!holdsZero);
          }
          assertThat(effect.outcome())
              .as(what)
              .isEqualTo(
                  !rejected
                      ? Outcome.NOT_SHOWN
                      : effect.estimate().orElseThrow() > 0 ? Outcome.BETTER : Outcome.WORSE);
          if (!holdsZero) {
            assertThat(effect.outcome())
                .as(what)
                .isEqualTo(effect.shownLower().orElse(-1.0) > 0 ? Outcome.BETTER : Outcome.WORSE);
          }
          boolean byItself = effect.lower().orElse(-1.0) > 0 || effect.upper().orElse(1.0) < 0;
          assertThat(byItself).as(what).isEqualTo(effect.pValue().orElseThrow() <= alpha);
          counts[rejected ? 0 : 1]++;
          counts[2] += told ? 1 : 0;
        }
      }
      assertThat(judged.intervals().contains("further steps")).isEqualTo(!beyond.isEmpty());
    }
    seen.forEach(
        (correction, counts) -> {
          assertThat(counts[0]).as(correction + " rejected").isGreaterThan(40);
          assertThat(counts[1]).as(correction + " did not").isGreaterThan(40);
        });
    assertThat(seen.getOrDefault(Correction.HOLM, new int[3])[2])
        .as("Holm's steps beyond Bonferroni's intervals")
        .isPositive();
  }

  /** Shares of 300 and 345, 300 and 372 of 1,000, by hand: level 1 - 0.05 / 2. */
  @Test
  void bonferroni_ofTwoVariants_halvesAlpha() {
    List<Measured> metrics = List.of(measured("bought", MetricShape.mean(), 0));
    ExperimentSpec spec =
        PastUnits.design("user_id", List.of("bought"), 3)
            .withAnalysis(
                judging(
                    0.05,
                    Correction.BONFERRONI,
                    Sequential.NONE,
                    Tails.Z,
                    RelativeInterval.DELTA,
                    Scale.ABSOLUTE));
    Map<String, Sums.Arm> arms = new TreeMap<>();
    int[] ones = {300, 345, 372};
    List<String> variants = List.copyOf(spec.variants().keySet());
    IntStream.range(0, 3)
        .forEach(
            i ->
                arms.put(
                    variants.get(i),
                    new Sums.Arm(
                        1_000,
                        Map.of(
                            "s0", BigDecimal.valueOf(ones[i]), "p0_0", BigDecimal.valueOf(ones[i])),
                        Set.of(),
                        Map.of(),
                        Map.of())));
    World world =
        new World(
            spec,
            metrics,
            new Judgement(spec, new Sums(arms, 0, Optional.empty(), Map.of()), Optional.empty()));
    Judgement.Corrected judged = world.judged();
    List<Effect> effects = judged.metrics().getFirst().effects();
    double z = Normal.upperQuantile(0.0125);
    for (int i = 1; i <= 2; i++) {
      double b = ones[i] / 1_000.0;
      double half = z * Math.sqrt((0.3 * 0.7 + b * (1 - b)) / 999);
      AdjustedInterval interval = effects.get(i - 1).adjustedInterval().orElseThrow();
      assertThat(interval.alpha()).isEqualTo(0.025);
      assertThat(interval.lower().orElseThrow()).isCloseTo(b - 0.3 - half, within(1e-12));
      assertThat(interval.upper().orElseThrow()).isCloseTo(b - 0.3 + half, within(1e-12));
    }
    // 0.045 is 2.15 standard errors: shown by itself, not beside the other.
    assertThat(effects.getFirst().lower().orElseThrow()).isPositive();
    assertThat(effects.getFirst().shownLower().orElseThrow()).isNegative();
    assertThat(effects.getFirst().outcome()).isEqualTo(Outcome.NOT_SHOWN);
    assertThat(effects.getLast().outcome()).isEqualTo(Outcome.BETTER);
    assertThat(judged.family())
        .contains(new Family(Correction.BONFERRONI, Promise.ALL, 2, 1, 0.025, List.of()));
    assertThat(judged.intervals())
        .isEqualTo("Intervals of goals have level 97.5 %, so that all 2 hold together with 95 %.");
  }
}
