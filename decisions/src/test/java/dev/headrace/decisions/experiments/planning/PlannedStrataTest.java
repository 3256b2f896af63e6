package dev.headrace.decisions.experiments.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.core.stats.Alternative;
import dev.headrace.core.stats.Answer;
import dev.headrace.core.stats.distribution.Binomial;
import dev.headrace.decisions.experiments.analysis.Analysis;
import dev.headrace.decisions.experiments.analysis.Analysis.Stratum;
import dev.headrace.decisions.experiments.analysis.AnalysisSpec;
import dev.headrace.decisions.experiments.analysis.Inference;
import dev.headrace.decisions.experiments.analysis.Method;
import dev.headrace.decisions.experiments.analysis.MetricShape;
import dev.headrace.decisions.experiments.analysis.PlanSpec;
import dev.headrace.decisions.experiments.analysis.Planning;
import dev.headrace.decisions.experiments.scan.Sums;
import dev.headrace.decisions.experiments.scan.UnitScan.Measured;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What strata save, planned from a past and found in experiments that are drawn from it. */
class PlannedStrataTest {
  private static final int RUNS = 2_000;
  private static final double POWER = 0.8;

  /** A metric whose level depends on the stratum; three strata of different sizes. */
  private enum World {
    NORMAL(MetricShape.mean(), 0.05),
    LOG_NORMAL(MetricShape.mean(), 0.15),
    ZERO_INFLATED(MetricShape.mean(), 0.2),
    SHARE(MetricShape.proportion(), 0.12),
    NORMAL_WITH_ITS_PAST(new MetricShape.Mean(1), 0.05);

    private final MetricShape shape;
    private final double effect;

    World(MetricShape shape, double effect) {
      this.shape = shape;
      this.effect = effect;
    }

    int stratum(SplittableRandom random) {
      double place = random.nextDouble();
      return place < 0.6 ? 0 : place < 0.9 ? 1 : 2;
    }

    /** Of a unit; the mean of strata's levels is 1.75. */
    double mean() {
      return switch (this) {
        case NORMAL, NORMAL_WITH_ITS_PAST -> 10 * 1.75;
        case LOG_NORMAL -> 1.75 * Math.exp(0.18);
        case ZERO_INFLATED -> 0.2 * 1.75 * Math.exp(0.125);
        case SHARE -> 0.18 * 1.75;
      };
    }

    /**
     * The value of a unit, and what is known of it from before. A mean is moved and keeps its
     * variance, as plans have it.
     */
    double[] unit(SplittableRandom random, int stratum, double lift) {
      double level = 1 + 1.5 * stratum;
      double own = random.nextGaussian();
      double value =
          switch (this) {
            case NORMAL -> 10 * level + 6 * own;
            case NORMAL_WITH_ITS_PAST -> 10 * level + 5 * own + 4 * random.nextGaussian();
            case LOG_NORMAL -> level * Math.exp(0.6 * own);
            case ZERO_INFLATED -> random.nextDouble() < 0.2 * level ? Math.exp(0.5 * own) : 0;
            case SHARE -> random.nextDouble() < 0.18 * level * (1 + lift) ? 1 : 0;
          };
      return new double[] {this == SHARE ? value : value + lift * mean(), own};
    }
  }

  /** Sums of units, column by column. */
  private static final class Adding {
    private final double[] sums = new double[2];
    private final double[][] products = new double[2][2];
    private long units;

    void add(double[] values) {
      units++;
      for (int i = 0; i < 2; i++) {
        sums[i] += values[i];
        for (int j = 0; j <= i; j++) {
          products[i][j] += values[i] * values[j];
        }
      }
    }

    Sums.Arm arm() {
      Map<String, BigDecimal> named = new TreeMap<>();
      for (int i = 0; i < 2; i++) {
        named.put("s" + i, new BigDecimal(sums[i]));
        for (int j = 0; j <= i; j++) {
          named.put("p" + i + "_" + j, new BigDecimal(products[i][j]));
        }
      }
      return new Sums.Arm(units, named, Set.of(), Map.of(), Map.of());
    }
  }

  private static Measured measured(World world) {
    List<Integer> columns = world.shape.columns() == 2 ? List.of(0, 1) : List.of(0);
    return new Measured("metric", world.shape, columns, columns.size() == 2, 0);
  }

  private static List<Adding> strata() {
    return List.of(new Adding(), new Adding(), new Adding());
  }

  private static PlanSpec plan(World world, SplittableRandom random, boolean stratified) {
    List<Adding> strata = strata();
    Sums.Arm whole = Sums.Arm.empty();
    for (int unit = 0; unit < 200_000; unit++) {
      int stratum = world.stratum(random);
      strata.get(stratum).add(world.unit(random, stratum, 0));
    }
    List<Sums.Arm> arms = new ArrayList<>();
    for (Adding stratum : strata) {
      arms.add(stratum.arm());
      whole = whole.with(stratum.arm(), 1);
    }
    return PlanBasis.planSpec(measured(world), whole, stratified ? arms : List.of())
        .orThrow()
        .withSplit(new PlanSpec.Split(0.6, 0.4))
        .withTest(0.05, POWER, Alternative.TWO_SIDED);
  }

  private static boolean isSeen(World world, SplittableRandom random, double lift, long units) {
    List<Adding> baseline = strata();
    List<Adding> treatment = strata();
    for (long unit = 0; unit < units; unit++) {
      int stratum = world.stratum(random);
      boolean treated = random.nextDouble() < 0.4;
      (treated ? treatment : baseline)
          .get(stratum)
          .add(world.unit(random, stratum, treated ? lift : 0));
    }
    List<Stratum> strata = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      strata.add(
          new Stratum(
              baseline.get(i).arm().moments(measured(world)),
              treatment.get(i).arm().moments(measured(world))));
    }
    Answer<Inference> effect =
        Analysis.of(AnalysisSpec.of(new Method.WelchT()), world.shape).compareWithin(strata);
    return ((Inference.Effect) effect.orThrow()).pValue() <= 0.05;
  }

  /** The power that is planned lies in the binomial band of that of simulated experiments. */
  @Test
  void plannedUnits_haveThePlannedPower() {
    SplittableRandom random = new SplittableRandom(107);
    for (World world : World.values()) {
      PlanSpec plan = plan(world, random, true);
      double units = Planning.units(plan, world.effect).orThrow();
      double without = Planning.units(plan(world, random, false), world.effect).orThrow();
      assertThat(units).as(world + " against " + without).isLessThan(0.93 * without);
      int seen = 0;
      for (int run = 0; run < RUNS; run++) {
        seen += isSeen(world, random, world.effect, Math.round(units)) ? 1 : 0;
      }
      assertThat(Binomial.lower(seen, RUNS, POWER))
          .as("%s with %.0f units: seen in %d", world, units, seen)
          .isGreaterThan(5e-5);
      assertThat(Binomial.upper(seen - 1L, RUNS, POWER))
          .as("%s with %.0f units: seen in %d", world, units, seen)
          .isGreaterThan(5e-5);
    }
  }
}
